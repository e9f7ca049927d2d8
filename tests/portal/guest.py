"""A client with a browser: follows links, keeps cookies, sends the portal's forms."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.local.gateway import Request
from tests.api_client import Answer, Api, Door

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
NAVIGATION = {"accept": "text/html,application/xhtml+xml", "user-agent": AGENT}
FORM = "application/x-www-form-urlencoded"


class Guest:
    """One browser. Paths are the site's own, such as `/view/KEY`."""

    def __init__(self, gateway: Door, address: str = "192.0.2.7") -> None:
        self._gateway = gateway
        self._address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.send("GET", path, b"", **headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str | None) -> Answer:
        return self.send("POST", path, urlencode(fields).encode(), **{"content_type": FORM, **headers})

    def send(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent: dict[str, str | None] = {
            "host": "kunai.test",
            "x-forwarded-proto": "https",
            **NAVIGATION,
            "cookie": cookies or None,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        address, _, query = path.partition("?")
        lines = [(name, value) for name, value in sent.items() if value is not None]
        answer = self._gateway.handle(Request(method, address, query, lines, body, self._address))
        found = Answer(answer.status, {name.lower(): text for name, text in answer.headers}, answer.body)
        if "set-cookie" in found.headers:
            name, _, rest = found.headers["set-cookie"].partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return found

    def look(self, key: str, page: Answer | None = None) -> Answer | None:
        """What the page's script does once the page is seen; None where the page asks for nothing."""
        shown = page or self.get(f"/view/{key}")
        told = re.search(r'data-address="([^"]+)" data-token="([^"]+)"', shown.text)
        if told is None:
            return None
        return self.post(told[1], {"token": told[2]}, accept="*/*", sec_fetch_site="same-origin")

    def approve(self, key: str, **fields: Any) -> Answer:
        page = self.get(f"/view/{key}")
        return self.post(f"/approve/{key}", {"token": token(page), **fields})


def token(page: Answer) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    return found[1] if found else ""


def text_of(page: Answer) -> str:
    """The words of a page, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def client(api: Api, **fields: Any) -> int:
    contact = {"first_name": "Pia", "last_name": "Berg", "email": "pia@berg.test"}
    found: int = api.post("/clients", {"name": "Berg AB", "contact": contact, **fields}).data["id"]
    return found


def document(api: Api, client: int, sent: bool = True, **fields: Any) -> tuple[int, str]:
    """The id and the link's key of a new invoice or quote of 100."""
    line = {"product_key": "Design", "notes": "A logo", "cost": 50, "qty": 2}
    number = api.post("/invoices", {"client_id": client, "invoice_items": [line], **fields}).data["id"]
    if sent:
        api.put(f"/invoices/{number}?action=mark_sent")
    return number, key_of(api, number)


def key_of(api: Api, number: int) -> str:
    links: list[str] = [
        row["link"] for row in api.get(f"/invoices/{number}?include=invitations").data["invitations"]
    ]
    return urlsplit(links[0]).path.removeprefix("/view/")
