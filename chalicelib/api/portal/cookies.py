"""The portal's two cookies, set only when there is something to remember."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from chalicelib.api.request import Request

SEEN = "kunai_seen"
"""By invitation: this browser's view of it is counted."""
PASS = "kunai_pass"  # noqa: S105  (its name)
"""That a contact has given the password."""


def of(request: Request, name: str) -> str:
    """A cookie of the request, empty when there is none."""
    found: SimpleCookie = SimpleCookie()
    try:
        found.load(request.headers.get("cookie", ""))
    except CookieError:
        return ""
    return found[name].value if name in found else ""


def made(request: Request, name: str, value: str, path: str, seconds: int) -> dict[str, str]:
    """The header that sets a cookie; scripts cannot read it, and other sites' forms do not send it."""
    secure = "; Secure" if request.url.startswith("https:") else ""
    kept = f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    return {"Set-Cookie": kept}
