"""The account's pages: whose session counts, whose forms, and that nothing of a stranger gets through."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import browser_sessions
from chalicelib.store.connection import connection
from chalicelib.store.models import LookupRow
from tests.api_client import PASSWORD, Api, Clock
from tests.security.test_two_factor import App, app
from tests.visitor import ORIGIN, Visitor, signed_in

__all__ = ("app",)

LOGIN = "/api/settings/login"
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


def is_out(visitor: Visitor) -> bool:
    answer = visitor.get()
    return (answer.status, answer.headers.get("location")) == (303, LOGIN)


def person(email: str, **more: Any) -> dict[str, Any]:
    return {"first_name": "A", "last_name": "B", "email": email, "password": PASSWORD, **more}


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
    assert not is_out(owner)


# ---- sessions
def test_the_cookie(owner: Visitor, api: Api) -> None:
    answer = owner.sign_in(api.email)
    assert re.fullmatch(
        r"__Host-kunai-settings=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=28800; Secure",
        answer.headers["set-cookie"],
    )
    plain = owner.send(
        "POST",
        "/login",
        {"email": api.email, "password": PASSWORD},
        x_forwarded_proto="http",
        origin="http://kunai.test",
    )
    assert plain.headers["set-cookie"].startswith("kunai-settings=")
    assert "; Path=/api/settings;" in plain.headers["set-cookie"]
    assert "Secure" not in plain.headers["set-cookie"]


def test_a_session_is_no_token_and_a_token_no_session(owner: Visitor, api: Api, gateway: Gateway) -> None:
    assert Api(gateway, owner.token).get("/ping").status == 403
    assert Api(gateway).get("/clients", cookie=owner.cookie).status == 403
    thief = Visitor(gateway)
    for stolen in (api.token, "", "x" * 5_000, "ü", "../..", owner.token[:-1], owner.token.upper()):
        thief.cookie = f"__Host-kunai-settings={stolen}"
        assert is_out(thief), stolen
    thief.cookie = f"kunai-settings={owner.token}"
    assert is_out(thief), "over https only the prefixed cookie counts"
    thief.cookie = f'odd={{"a"; b=c"d; __Host-kunai-settings={owner.token}'
    assert not is_out(thief), "odd cookies of others do no harm"


def test_a_session_ends_by_idling_and_in_any_case_after_eight_hours(owner: Visitor, clock: Clock) -> None:
    for _ in range(9):
        clock.tick(browser_sessions.IDLE - 700)
        assert not is_out(owner)
    clock.tick(browser_sessions.LONGEST - 9 * (browser_sessions.IDLE - 700))
    assert is_out(owner)


def test_an_idle_session_ends_within_the_hour(owner: Visitor, clock: Clock) -> None:
    clock.tick(browser_sessions.IDLE)
    assert is_out(owner)
    answer = owner.send("POST", "/tokens", {"name": "late"})
    assert (answer.status, answer.headers["location"]) == (303, LOGIN)


def test_what_ends_tokens_ends_sessions(clock: Clock, api: Api) -> None:
    first, second = signed_in(api), signed_in(api)
    assert first.post("/logout").headers["set-cookie"].startswith("__Host-kunai-settings=; Path=/;")
    assert is_out(first)
    assert not is_out(second), "signing out ends one session"
    assert api.put("/users/1", person(api.email, password="a new password")).status == 200
    assert is_out(second)
    number = api.post("/users", person(f"clerk{api.email}")).data["id"]
    clerk = signed_in(api, f"clerk{api.email}")
    assert api.delete(f"/users/{number}").status == 200
    assert is_out(clerk)
    assert api.put(f"/users/{number}?action=restore").status == 200
    assert is_out(clerk)


def test_a_copied_cookie_dies_with_its_session(owner: Visitor, gateway: Gateway) -> None:
    copy = Visitor(gateway)
    copy.cookie = owner.cookie
    owner.post("/logout")
    assert is_out(copy)


def test_signing_out_everywhere_ends_sessions_and_tokens(owner: Visitor, api: Api) -> None:
    other = signed_in(api)
    assert owner.post("/everywhere").status == 403, "it has to be confirmed"
    assert not is_out(other)
    assert owner.post("/everywhere", sure="1").status == 303
    assert is_out(other)
    assert api.get("/ping").status == 403


def test_no_row_and_no_log_holds_a_session(
    owner: Visitor, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    rows = connection().dispatch("Scan", {"TableName": LookupRow.Meta.table_name})["Items"]
    assert owner.token not in str(rows)
    assert owner.token not in caplog.text


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


# ---- log-ins
def test_the_lock_out_is_that_of_the_api(clock: Clock, api: Api, gateway: Gateway) -> None:
    visitor, caller = Visitor(gateway, "203.0.113.9"), Api(gateway)
    caller.address = visitor.address
    right = {"email": api.email, "password": PASSWORD}
    for number in range(10):
        wrong = {**right, "password": "wrong"}
        status = (visitor.sign_in(**wrong) if number % 2 else caller.post("/login", wrong)).status
        assert status == 401
    locked, unknown = visitor.sign_in(**right), visitor.sign_in(f"un{api.email}")
    assert (locked.status, caller.post("/login", right).status) == (401, 401)
    assert locked.text == unknown.text.replace(f"un{api.email}", api.email)
    assert "set-cookie" not in locked.headers
    clock.tick(60)
    assert visitor.sign_in(**right).status == 303


def test_the_second_factor_is_asked_for(clock: Clock, api: Api, app: App, gateway: Gateway) -> None:
    visitor = Visitor(gateway)
    asked = visitor.sign_in(api.email)
    assert (asked.status, "authenticator app along" in asked.text) == (401, True)
    code = app.next()
    assert visitor.sign_in(api.email, one_time_password="000000").status == 401
    assert visitor.sign_in(api.email, "wrong", one_time_password=code).status == 401
    assert is_out(visitor)
    assert visitor.sign_in(api.email, one_time_password=code).status == 303
    assert not is_out(visitor)
    assert visitor.sign_in(api.email, one_time_password=code).status == 401, "a code counts once"
