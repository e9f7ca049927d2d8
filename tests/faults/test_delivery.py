"""Mail and storage fail in every way: nothing is lost, and nobody is written to twice without need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.delivery import relay
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.tokens import Bearer, bearer
from chalicelib.store import codec, event, outbox, record
from chalicelib.store.commit import Put, commit
from chalicelib.store.event import Event
from chalicelib.store.reads import EVENTS, Key, get_row, record_key
from tests.api_client import Api
from tests.delivery.conftest import api, clock
from tests.delivery.post import FOREVER, Clock, posting
from tests.engines import Mailbox
from tests.faults.hooks import Died, counting, dying, dynamodb, hooked, s3, ses, unreachable

__all__ = ["api", "clock"]

ADDRESSES = ["ann@client.test", "bob@client.test"]
LEASE = relay.LEASE_SECONDS


def addresses(mails: list[EmailMessage]) -> list[str]:
    return sorted(str(mail["To"]) for mail in mails)


def owner_of(api: Api) -> Bearer:
    found = bearer(api.token)
    assert found is not None
    return found


def waiting(api: Api) -> list[Event]:
    return [item for item in outbox.due(FOREVER - 1) if item.account == owner_of(api).account]


def errors(api: Api) -> list[str]:
    """What is noted on the invitations of invoice 1."""
    row = get_row(record_key(owner_of(api).account, "invoice", 1))
    assert row is not None
    invoice = INVOICE.full(record.from_raw("invoice", row).data)
    return [invitation["email_error"] for invitation in invoice["invitations"]]


@pytest.fixture
def mailed(api: Api, clock: Clock) -> Api:
    """The account with invoice 1 asked to be mailed; the clock comes first, for it clears what waits."""
    assert api.post("/email_invoice", {"id": 1}).status == 200
    return api


def test_a_request_to_mail_touches_neither_ses_nor_s3(api: Api, clock: Clock) -> None:
    with unreachable(ses()) as mails, unreachable(s3()) as drawings:
        assert api.post("/email_invoice", {"id": 1}).json == {"message": "success"}
    assert mails == drawings == []
    assert len(waiting(api)) == 2


@pytest.mark.parametrize("client", [ses, s3])
def test_an_outage_delays_mails_and_loses_none(
    client: Any, mailed: Api, clock: Clock, mailbox: Mailbox
) -> None:
    with unreachable(client()):
        assert clock.run() == 0
        assert clock.run(relay.PAUSES[0]) == 0
    assert [item.attempts for item in waiting(mailed)] == [2, 2]
    assert mailbox.sent() == []
    assert clock.run(relay.PAUSES[1] - 1) == 0
    assert clock.run(1) == 2
    assert addresses(mailbox.sent()) == ADDRESSES
    assert waiting(mailed) == []


def test_a_mail_whose_receipt_was_lost_comes_twice_under_one_id(
    mailed: Api, clock: Clock, mailbox: Mailbox
) -> None:
    """SES took the message, and the connection broke before it could say so."""
    lost: list[str] = []

    def lose(request: Any, **_: Any) -> None:
        if not lost:
            lost.append(request.url)
            ses()._endpoint.http_session.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    with hooked(ses(), "before-send.SendEmail", lose):
        clock.run()
        clock.run(relay.PAUSES[0])
    sent = mailbox.sent()
    assert set(addresses(sent)) == set(ADDRESSES)
    assert len(sent) == 3
    assert len({str(mail["Message-ID"]) for mail in sent}) == 2


def test_workers_side_by_side_deliver_each_mail_once(mailed: Api, clock: Clock, mailbox: Mailbox) -> None:
    assert mailed.post("/email_invoice", {"id": 1, "reminder": "reminder1"}).status == 200
    with ThreadPoolExecutor(8) as pool:
        closed = sum(pool.map(lambda _: relay.run_pending(clock), range(8)))
    assert closed == 4
    assert Counter(addresses(mailbox.sent())) == dict.fromkeys(ADDRESSES, 2)


@pytest.fixture
def poison(api: Api, clock: Clock) -> Iterator[Event]:
    """An event of a known name that nobody can make sense of, due before all others."""
    account = owner_of(api).account
    made = Event("invoice.emailed", {}, due=1, sequence=999_999_999_999, account=account)
    row = event.to_row(account, made)
    commit([], [Put(Key(EVENTS, account, row.sequence), row, 0)])
    yield made
    for item in waiting(api):
        outbox.claim(item, FOREVER)
        outbox.close(item)


def test_a_poisonous_event_holds_up_no_other_and_ends(
    poison: Event, mailed: Api, clock: Clock, mailbox: Mailbox
) -> None:
    clock.run()
    assert addresses(mailbox.sent()) == ADDRESSES
    for pause in relay.PAUSES:
        assert [item.sequence for item in waiting(mailed)] == [poison.sequence]
        clock.run(pause)
    assert waiting(mailed) == []


def test_an_event_of_an_unknown_name_waits_for_a_release_that_knows_it(
    api: Api, clock: Clock, mailbox: Mailbox
) -> None:
    account = owner_of(api).account
    made = Event("invoice.faxed", {}, due=1, sequence=999_999_999_999, account=account)
    row = event.to_row(account, made)
    commit([], [Put(Key(EVENTS, account, row.sequence), row, 0)])
    assert clock.run() == 0
    assert [item.attempts for item in waiting(api)] == [1]


def test_after_two_days_a_mail_is_given_up_and_says_so(mailed: Api, clock: Clock, mailbox: Mailbox) -> None:
    with unreachable(ses()):
        clock.run()
        for pause in relay.PAUSES:
            assert len(waiting(mailed)) == 2
            assert errors(mailed) == ["", ""]
            clock.run(pause)
    assert waiting(mailed) == []
    assert all("Could not connect" in text for text in errors(mailed))
    assert mailbox.sent() == []
    assert mailed.post("/email_invoice", {"id": 1}).status == 200
    clock.run(relay.LEASE_SECONDS)
    assert errors(mailed) == ["", ""], "the next success ends them"


def test_an_address_that_cannot_be_written_to_is_given_up_at_once(
    api: Api, clock: Clock, mailbox: Mailbox
) -> None:
    contacts = [{"email": "ann@client.test"}, {"email": "ällo@client.test"}]
    for contact in contacts:
        contact["send_invoice"] = True  # type: ignore[assignment]
    client = api.post("/clients", {"name": "Odd", "contacts": contacts})
    if client.status == 422:
        pytest.skip("such an address is refused when it is entered")
    line = {"cost": 1, "qty": 1}
    made = api.post(
        "/invoices", {"client_id": client.data["id"], "email_invoice": True, "invoice_items": [line]}
    )
    assert made.status == 200
    clock.run()
    assert addresses(mailbox.sent()) == ["ann@client.test"]
    assert waiting(api) == []


def test_a_worker_may_die_anywhere(api: Api, clock: Clock) -> None:
    """At least once, and twice only when it died between SES's answer and the note of it."""
    assert api.put("/clients/1", {"contacts": [{"email": "ann@client.test"}]}).status == 200
    clients = (dynamodb(), s3(), ses())

    def ask(notes: str) -> None:
        """A document that was never drawn before, so that drawing and keeping it are part of the work."""
        assert api.put("/invoices/1", {"public_notes": notes}).status == 200
        assert api.post("/email_invoice", {"id": 1}).status == 200

    ask("counted")
    with counting(*clients) as calls:
        clock.run()
    assert {"UpdateItem", "GetObject", "PutObject", "SendEmail"} <= set(calls)
    for at in range(len(calls)):
        for moment in ("before-call", "after-call"):
            ask(f"{moment} {at}")
            with posting() as posted:
                with dying(moment, at, *clients), pytest.raises(Died):
                    clock.run(LEASE)
                clock.run(LEASE)
            assert len({str(mail.message["Message-ID"]) for mail in posted}) == 1
            assert len(posted) <= (2 if at >= calls.index("SendEmail") else 1), (moment, at)
            assert waiting(api) == []


def test_what_an_event_shows_is_in_the_event(mailed: Api) -> None:
    """Losing the invoice row itself would not change the mail."""
    for item in waiting(mailed):
        assert {"record", "client_record", "mail"} <= set(item.body)
        assert len(codec.pack(item.body)) < 4_096
