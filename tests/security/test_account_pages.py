"""The account's pages: whose forms count, who sees what, and that what others write stays text."""

from __future__ import annotations

import re

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Api, Clock
from tests.visitor import LOGIN, ORIGIN, Visitor, person, signed_in

FORMS: dict[str, dict[str, str]] = {
    "/tokens": {"name": "stolen"},
    "/tokens/1": {},
    "/hooks": {"event": "*", "target_url": "https://example.com/stolen"},
    "/hooks/1": {"do": "rotate"},
    "/second-factor": {"do": "start", "password": PASSWORD},
    "/logout": {},
    "/everywhere": {"sure": "1"},
}
EVIL = "\"'><script>alert(1)</script>{{ 7 * 7 }}"


@pytest.fixture
def owner(clock: Clock, api: Api) -> Visitor:
    assert api.post("/hooks", {"event": "*", "target_url": "https://example.com/hook"}).status == 201
    return signed_in(api)


# ---- forms
def test_a_form_counts_only_in_its_own_session(owner: Visitor, api: Api, gateway: Gateway) -> None:
    """Neither without its token nor with another session's, nor from another site, whatever the form."""
    again, stranger = signed_in(api), signed_in(Api(gateway).register())
    right = owner.csrf()
    wrong: list[tuple[str | None, dict[str, str | None]]] = [
        (None, {}),
        ("", {}),
        ("ü" + right[1:], {}),
        (right[:-1], {}),
        (again.csrf(), {}),
        (stranger.csrf(), {}),
        (right, {"origin": None}),
        (right, {"origin": "null"}),
        (right, {"origin": "https://evil.test"}),
        (right, {"origin": "http://kunai.test"}),
        (right, {"origin": f"{ORIGIN}.evil.test"}),
        (right, {"sec_fetch_site": "cross-site"}),
        (right, {"sec_fetch_site": "same-site"}),
        (right, {"sec_fetch_site": "none"}),
        (right, {"origin": None, "sec_fetch_site": "cross-site"}),
    ]
    before = api.get("/events").data
    for path, fields in FORMS.items():
        for token, headers in wrong:
            form = fields if token is None else {**fields, "csrf_token": token}
            answer = owner.send("POST", path, form, **headers)
            assert (answer.status, "set-cookie" in answer.headers) == (403, False), (path, token, headers)
    assert api.get("/events").data == before
    assert owner.send("POST", "/logout", {"csrf_token": right}, sec_fetch_site="same-origin").status == 303


def test_another_site_signs_nobody_in(api: Api, gateway: Gateway) -> None:
    form = {"email": api.email, "password": PASSWORD}
    for headers in ({"origin": "https://evil.test"}, {"origin": None}, {"sec_fetch_site": "cross-site"}):
        answer = Visitor(gateway).send("POST", "/login", form, **headers)
        assert (answer.status, "set-cookie" in answer.headers) == (403, False)


def test_only_post_changes_anything(owner: Visitor, api: Api) -> None:
    before, csrf = api.get("/events").data, owner.csrf()
    for path, fields in FORMS.items():
        query = "&".join(f"{name}={value}" for name, value in {**fields, "csrf_token": csrf}.items())
        assert owner.get(f"{path}?{query}").status in (200, 405)
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            assert owner.send(method, path, {**fields, "csrf_token": csrf}).status == 405
        assert owner.send("POST", f"{path}?{query}", {}).status == 403, "a token in an address is none"
    assert owner.get(f"/login?email={api.email}&password={PASSWORD}").status == 303
    assert api.get("/events").data == before
    assert not owner.is_out


# ---- who sees what
def test_a_stranger_sees_nothing(gateway: Gateway, api: Api) -> None:
    stranger = Visitor(gateway)
    for path in ("", "/tokens", "/hooks", "/hooks/1", "/mails"):
        answer = stranger.get(path)
        assert (answer.status, answer.headers["location"], answer.body) == (303, LOGIN, b"")
    for path, fields in FORMS.items():
        assert stranger.send("POST", path, fields).headers["location"] == LOGIN
    for path in ("/nothing", "/tokens/1/x", "/hooks/1/secret"):
        assert stranger.get(path).status == 404


def test_accounts_are_apart(owner: Visitor, api: Api, gateway: Gateway) -> None:
    other = signed_in(Api(gateway).register())
    assert [other.get(path).status for path in ("/hooks/1", "/hooks/0", "/hooks/x", "/hooks/-1")] == [404] * 4
    for do in ("reveal", "rotate", "delete", "pause", "replay"):
        assert other.post("/hooks/1", do=do, from_="2020-01-01").status == 404
    assert other.post("/tokens/9").status == 404
    for path in ("", "/tokens", "/hooks", "/mails"):
        assert api.email not in other.get(path).text
    assert len(api.get("/hooks").data) == 1


def test_a_user_with_limited_rights_sees_own_tokens_alone(clock: Clock, api: Api) -> None:
    email = f"clerk-of-{id(api)}@example.com"
    assert api.post("/users", person(email, is_admin=False, permissions=["view_client"])).data
    clerk = signed_in(api, email)
    assert "Clients" in clerk.get().text
    assert "Invoices" not in clerk.get().text
    assert clerk.post("/tokens", name="mine").status == 200
    assert api.email not in clerk.get("/tokens").text
    assert clerk.post("/tokens/1").status == 404, "the owner's"
    for path in ("/hooks", "/hooks/1", "/mails"):
        assert clerk.get(path).status == 403
    assert clerk.post("/hooks", event="*", target_url="https://example.com/x").status == 403
    assert clerk.post("/hooks/1", do="reveal").status == 403
    assert api.email in signed_in(api).get("/tokens").text


# ---- what others write
def test_what_others_write_is_only_text(clock: Clock, api: Api, gateway: Gateway) -> None:
    contact = {"first_name": EVIL, "email": '"<img src=x onerror=alert(1)>"@client.test'}
    line = {"product_key": "a", "cost": 1, "qty": 1}
    assert api.put("/accounts", {"name": EVIL}).status == 200
    api.post("/clients", {"name": EVIL, "contact": contact})
    api.post("/invoices", {"client_id": 1, "invoice_number": EVIL, "invoice_items": [line]})
    api.post("/email_invoice", {"id": 1})
    owner = signed_in(api)
    assert EVIL not in owner.post("/tokens", name=EVIL, scope=EVIL, expires_at=EVIL).text
    assert owner.post("/tokens", name=EVIL).status == 200
    assert owner.post("/hooks", event=EVIL, target_url=EVIL).status == 422
    assert owner.post("/hooks", event="*", target_url="https://example.com/'<script>").status in (303, 422)
    pages = ["", "/tokens", "/hooks", "/hooks/1", "/mails", f"/tokens?cursor={EVIL}", f"/mails?before={EVIL}"]
    texts = [owner.get(path).text for path in (*pages, "?done=<script>", "?done[a]=x")]
    texts += [owner.post("/hooks/1", do=EVIL).text, owner.post("/hooks/1", do="replay", from_=EVIL).text]
    texts.append(Visitor(gateway).sign_in(f"{EVIL}@x.test").text)
    texts.append(owner.get("/tokens", host=f"kunai.test/{EVIL}").text)
    for text in texts:
        assert text
        assert not re.search(r"<script|<img|\b49\b|Traceback|Internal Server", text)


def test_every_answer_has_strict_headers(owner: Visitor, gateway: Gateway) -> None:
    answers = [
        owner.get(),
        owner.get("/none"),
        owner.post("/tokens", name="a"),
        Visitor(gateway).get("/login"),
    ]
    for answer in (*answers, owner.post("/logout")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "access-control-allow-origin" not in answer.headers
