"""Mails to users: who hears of what, once, in which words (http.md 8.9)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.delivery import alerts as delivery_alerts
from chalicelib.local.gateway import Gateway
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import INVOICE, PAYMENT
from chalicelib.operations.tokens import bearer
from chalicelib.operations.work import Work, transact
from chalicelib.store import outbox
from tests.api_client import Api
from tests.delivery.post import FOREVER, Clock, Posted, posting
from tests.faults.hooks import hooked, ses
from tests.inbound.stripe_calls import Charge, configure

OWNER = "owner"


def address(api: Api, name: str) -> str:
    """Addresses are one of a kind on the whole server."""
    return f"{name}-{api.email.partition('@')[0]}@us.test"


def tell(api: Api, name: str, number: int = 1, online: str = "", error: str = "") -> None:
    """What the portal, the gateways and SES report."""
    owner = bearer(api.token)
    assert owner is not None
    context = Context(owner.account, owner.account_key, owner.user, 1_764_000_000, str)

    def decide(work: Work) -> None:
        shape = PAYMENT if name.startswith("payment.") else INVOICE
        record = work.load(shape, number)
        if error:
            record.data["invitations"][-1]["email_error"] = error
            work.save(shape, record)
        more: dict[str, Any] = {"online": online} if online else {}
        work.tell(shape, record, name, record.client, **more)

    transact(context, decide)


def waiting() -> int:
    return len(outbox.due(FOREVER - 1))


def alerts(posted: list[Posted]) -> list[tuple[str, str]]:
    """Names and subjects of what did not go to the client."""
    ours = [mail for mail in posted if mail.to[0].endswith("@us.test")]
    return sorted((mail.to[0].partition("-")[0], str(mail.message["Subject"])) for mail in ours)


def user(api: Api, name: str, **fields: Any) -> int:
    """A user who has accepted the invitation."""
    body = {"first_name": name, "last_name": "Q", "email": address(api, name), "password": "a long one"}
    number: int = api.post("/users", {**body, **fields}).data["id"]
    return number


def set_owner(api: Api, **fields: Any) -> None:
    body = {"first_name": "Jane", "last_name": "Owner", "email": address(api, OWNER)}
    assert api.put("/users/1", {**body, **fields}).status == 200


def test_sending_tells_users_once_for_all_contacts(api: Api, clock: Clock) -> None:
    set_owner(api)
    user(api, "sees", is_admin=False, permissions=["view_invoice"])
    user(api, "blind", is_admin=False)
    user(api, "quiet", is_admin=True, notify_sent=False)
    with posting() as posted:
        api.post("/email_invoice", {"id": 1})
        api.post("/email_invoice", {"id": 1, "reminder": "reminder2"})
        clock.run()
    subject = "Invoice 0001 was sent to Client & Co"
    assert alerts(posted) == [
        (OWNER, subject), (OWNER, f"{subject} [Reminder 2]"),
        ("sees", subject), ("sees", f"{subject} [Reminder 2]"),
    ]  # fmt: skip
    note = next(mail.message for mail in posted if mail.to == [address(api, OWNER)])
    text = note.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == f"{subject}. Amount: $119.00".split()
    assert waiting() == 0


def test_only_mails_to_clients_carry_the_tags_of_their_event(api: Api, clock: Clock) -> None:
    """SES refuses a tag with other characters, which its emulators do not check (SendEmail, MessageTag).

    What becomes of an alert must not count for the client's mail of the same event either.
    """
    set_owner(api)
    api.post("/email_invoice", {"id": 1})
    with posting() as posted:
        clock.run()
    tagged = {mail.to[0]: mail.tags for mail in posted}
    assert tagged.pop(address(api, OWNER)) == {}
    assert all(tags.keys() == {"account", "sequence"} for tags in tagged.values())
    values = [value for tags in tagged.values() for value in tags.values()]
    assert all(re.fullmatch(r"[\w.@-]+", value, re.ASCII) for value in values)


def test_a_crash_before_the_end_repeats_no_alert(api: Api, clock: Clock) -> None:
    set_owner(api)
    api.post("/email_invoice", {"id": 1})
    refused: list[str] = []

    def refuse(params: dict[str, Any], **_: Any) -> None:
        if params["Destination"]["ToAddresses"] == [address(api, OWNER)] and not refused:
            refused.append(OWNER)
            raise ConnectionError

    with posting() as posted, hooked(ses(), "provide-client-params.SendEmail", refuse):
        clock.run()
        clock.run(after=60)
    assert len(refused) == 1
    assert [mail.to[0] for mail in posted if mail.to[0].endswith("client.test")] == [
        "ann@client.test", "bob@client.test",
    ]  # fmt: skip
    assert len({str(mail.message["Message-ID"]) for mail in posted if mail.to == [address(api, OWNER)]}) == 1


def test_clients_are_not_mailed_again_for_users_who_cannot_be_told(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_owner(api)
    api.post("/email_invoice", {"id": 1})
    with posting() as posted:
        with monkeypatch.context() as patch:
            patch.setattr(delivery_alerts, "_letter", broken)
            clock.run()
            clock.run(after=60)
        assert sorted(mail.to[0] for mail in posted) == ["ann@client.test", "bob@client.test"]
        clock.run(after=600)
    assert [mail.to for mail in posted[2:]] == [[address(api, OWNER)]]


def test_giving_up_on_users_says_nothing_against_the_clients(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_owner(api)
    api.post("/email_invoice", {"id": 1})
    monkeypatch.setattr(delivery_alerts, "_letter", broken)
    with posting() as posted:
        for _ in range(12):
            clock.run(after=100_000)
    owner = bearer(api.token)
    assert owner is not None
    context = Context(owner.account, owner.account_key, owner.user, 1_764_000_000, str)
    kept = Work(context, {}).load(INVOICE, 1).data["invitations"]
    assert (len(posted), [row["email_error"] for row in kept], waiting()) == (2, ["", ""], 0)


def broken(*_: Any) -> Any:
    raise KeyError("a text")


def test_views_are_told_to_those_who_asked_and_cost_nothing_else(api: Api, clock: Clock) -> None:
    set_owner(api)
    tell(api, "invoice.viewed")
    assert waiting() == 0
    set_owner(api, notify_viewed=True)
    with posting() as posted:
        tell(api, "invoice.viewed")
        clock.run()
        assert alerts(posted) == [(OWNER, "Invoice 0001 was viewed by Client & Co")]
        api.put("/invoices/1?action=markPaid")
        tell(api, "invoice.viewed")
        clock.run()
    assert len(posted) == 1, "only while something is open"
    set_owner(api, notify_viewed=False)
    tell(api, "invoice.viewed")
    assert waiting() == 0


def test_approvals_online_payments_and_bounces(api: Api, clock: Clock) -> None:
    set_owner(api)
    user(api, "ann", is_admin=True, notify_approved=False, notify_paid=False)
    api.put("/accounts", {"name": "Acme", "language_id": 3})
    api.post("/invoices", {"client_id": 1, "is_quote": True, "invoice_items": [{"cost": 5, "qty": 1}]})
    api.post("/payments", {"invoice_id": 1, "amount": 19})
    with posting() as posted:
        tell(api, "quote.approved", 2)
        clock.run()
        tell(api, "payment.created", online="19")
        clock.run()
        tell(api, "invoice.bounced", error="550 no such user")
        clock.run()
    assert [row for mail in posted for row in alerts([mail])] == [
        (OWNER, "Angebot 0002 wurde von Client & Co angenommen"),
        (OWNER, "Von Client & Co ist eine Zahlung von $19.00 zu Rechnung 0001 eingegangen"),
        (OWNER, "Rechnung 0001 konnte bob@client.test nicht zugestellt werden"),
    ]
    assert "Fehler: 550 no such user" in str(posted[-1].message)


def test_users_hear_of_what_stripe_tells_and_of_no_payment_entered_here(
    api: Api, gateway: Gateway, clock: Clock
) -> None:
    set_owner(api)
    stripe = configure(gateway, api)
    api.post("/payments", {"invoice_id": 1, "amount": 19})
    with posting() as posted:
        charges = Charge(amount=5_000).failed(), Charge().succeeded(), Charge("2", 500).succeeded()
        stripe.ok(*charges)
        clock.run()
    assert [row for mail in posted for row in alerts([mail])] == [
        (OWNER, "A payment of $50.00 by Client & Co for invoice 0001 failed"),
        (OWNER, "A payment of $100.00 for invoice 0001 was received from Client & Co"),
        (OWNER, "A payment of $5.00 for invoice 0001 was received from Client & Co"),
    ]
    assert any("Error: Your card was declined." in str(mail.message) for mail in posted)
    receipts = [mail.message.get_body(("plain",)) for mail in posted if mail.to == ["ann@client.test"]]
    assert any(text is not None and "$5.00" in text.get_content() for text in receipts)
    assert waiting() == 0


def test_a_user_at_a_sample_address_is_never_written_to(api: Api, clock: Clock) -> None:
    with posting() as posted:
        api.post("/email_invoice", {"id": 1})
        clock.run()
    assert alerts(posted) == []
