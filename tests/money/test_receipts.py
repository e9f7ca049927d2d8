"""Receipts by mail: asked for with a payment, its edit, or an invoice that is paid and mailed at once."""

from __future__ import annotations

import pytest

from chalicelib.delivery.relay import run_pending
from tests.api_client import Api
from tests.engines import Mailbox
from tests.money.books import pay
from tests.operations import steps


def receipts(mailbox: Mailbox, address: str) -> list[str]:
    """The texts of the mails that were sent to an address, once all that is due is delivered."""
    run_pending()
    found = []
    for mail in mailbox.sent():
        body = mail.get_body(("plain", "html"))
        if body is not None and address in str(mail["To"]):
            found.append(body.get_content())
    return found


def test_a_payment_is_confirmed_with_its_amount(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer1@acme.test")
    steps.invoice(api)
    pay(api, 1, 40, email_receipt=True)
    (text,) = receipts(mailbox, "payer1@acme.test")
    assert "40.00" in text


def test_a_receipt_says_what_is_left_to_pay(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer7@acme.test")
    steps.invoice(api)
    pay(api, 1, 40, email_receipt=True)
    assert "The open balance of invoice 0001 is $60.00." in receipts(mailbox, "payer7@acme.test")[0]
    pay(api, 1, 60, email_receipt=True)
    assert "open balance" not in receipts(mailbox, "payer7@acme.test")[1]


def test_a_refund_is_confirmed_on_request(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer8@acme.test")
    steps.invoice(api)
    pay(api, 1, 100)
    for body in ({"amount": 5}, {"amount": 15, "email_receipt": True}):
        assert api.put("/payments/1?action=refund", body).status == 200
    (text,) = receipts(mailbox, "payer8@acme.test")
    assert "We have refunded $15.00 to you for invoice 0001." in text
    assert [list(mail.iter_attachments()) for mail in mailbox.sent()] == [[]]


def test_without_an_invited_address_the_first_contact_is_told(api: Api, mailbox: Mailbox) -> None:
    contacts = [{"email": ""}, {"email": "payer9@acme.test", "send_invoice": False}]
    api.post("/clients", {"contacts": contacts})
    steps.invoice(api)
    pay(api, 1, 100, email_receipt=True)
    (text,) = receipts(mailbox, "payer9@acme.test")
    assert steps.invitations(api)[0]["link"] in text


def test_an_edit_may_confirm_again(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer2@acme.test")
    steps.invoice(api)
    pay(api, 1, 40)
    assert receipts(mailbox, "payer2@acme.test") == []
    api.put("/payments/1", {"private_notes": "Thanks", "email_receipt": "yes"})
    assert len(receipts(mailbox, "payer2@acme.test")) == 1


def test_a_paid_invoice_is_mailed_as_a_receipt(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer3@acme.test")
    steps.invoice(api, paid=30, email_invoice=True)
    (text,) = receipts(mailbox, "payer3@acme.test")
    assert "30.00" in text


@pytest.mark.parametrize("asked", [False, 0, "0", "", None])
def test_nothing_is_sent_unasked(api: Api, mailbox: Mailbox, asked: object) -> None:
    steps.client(api, "payer4@acme.test")
    steps.invoice(api)
    pay(api, 1, 40, email_receipt=asked)
    assert receipts(mailbox, "payer4@acme.test") == []


@pytest.mark.parametrize("addresses", [[], [""], ["payer5@example.com"]])
def test_without_an_address_the_payment_counts_all_the_same(
    api: Api, mailbox: Mailbox, addresses: list[str]
) -> None:
    steps.client(api, *addresses)
    steps.invoice(api)
    assert pay(api, 1, 40, email_receipt=True)["amount"] == 40
    run_pending()
    assert mailbox.sent() == []


def test_a_rehearsed_payment_confirms_nothing(api: Api, mailbox: Mailbox) -> None:
    steps.client(api, "payer6@acme.test")
    steps.invoice(api)
    body = {"invoice_id": 1, "amount": 40, "email_receipt": True}
    assert api.post("/payments?dry_run=true", body).data["amount"] == 40
    assert receipts(mailbox, "payer6@acme.test") == []
    assert api.get("/payments").data == []
