"""The side effects, by the event that asks for them; any event may have webhooks besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.delivery import alerts, catalogue, files, mail, passwords
from chalicelib.operations import notices
from chalicelib.operations.work import UNUSED_FILES
from chalicelib.store.event import Event

MAILS: Mapping[str, Callable[[Event], None]] = {
    "invoice.emailed": alerts.mailed,
    "quote.emailed": alerts.mailed,
    alerts.NAME: alerts.deliver,
    "payment.receipt_requested": mail.deliver,
    "user.invited": passwords.deliver_invitation,
    "user.password_forgotten": passwords.deliver_reset,
}
"""These wait for SES, so they run where nothing else waits for them."""
HANDLERS: Mapping[str, Callable[[Event], None]] = {
    **dict.fromkeys(notices.ALERTING, alerts.announce),
    **MAILS,
    "product.upsert_requested": catalogue.apply,
    UNUSED_FILES: files.remove,
}
GIVE_UP: Mapping[str, Callable[[Event, str], None]] = {
    "invoice.emailed": mail.give_up,
    "quote.emailed": mail.give_up,
}
"""Where the reason is told to the user; the end of any other event is told to the operator."""
