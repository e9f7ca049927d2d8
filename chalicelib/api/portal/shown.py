"""The page of a document, from what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from chalicelib.api import pages
from chalicelib.api.portal import readers
from chalicelib.api.portal.entry import Entry
from chalicelib.api.response import Response
from chalicelib.operations import logo, printing
from chalicelib.operations.portal import approval, around, gateways, links
from chalicelib.operations.portal.approval import Consent
from chalicelib.operations.shapes.invoice import QUOTE
from chalicelib.render.html import portal
from chalicelib.render.html.facts import Facts, File, Links, Other, Paid
from chalicelib.render.names import full_name

UNSIGNED = Consent()


def shown(entry: Entry, errors: Mapping[str, str] | None = None, consent: Consent = UNSIGNED) -> Response:
    """The document with all that belongs to it. `errors` name what is wrong with a form, by texts' names."""
    guest, context = entry.guest, entry.work.context
    facts, addresses = _facts(entry), _links(entry)
    name = consent.name or full_name(guest.contact)
    body = portal.invoice_page(
        facts,
        addresses,
        entry.base,
        may_approve=approval.may_approve(guest, context),
        errors=errors or {},
        sent=consent._replace(name=name)._asdict(),
    )
    onward = gateways.gateways.origins if addresses.pay else ()
    policy = pages.policy(portal.style(guest.account), onward)
    return pages.html(body, 422 if errors else 200, {"Content-Security-Policy": policy})


def password_page(entry: Entry, failed: bool = False) -> Response:
    """The way in for a contact with a password; it tells nothing of what is behind."""
    language = portal.language_of(entry.guest.account, entry.client)
    action = entry.page(entry.guest.key, "login")
    return pages.html(portal.password_page(language, entry.base, action, entry.token, failed), 401)


def _facts(entry: Entry) -> Facts:
    guest, context = entry.guest, entry.work.context
    files = [File(row.id, row.data["name"], row.data["size"]) for row in links.attached(entry.work, guest)]
    others = [Other(entry.page(row.key), row.invoice) for row in around.others(context, guest)]
    payments = [Paid(row["date"], row["amount"]) for row in around.payments(context, guest)]
    return Facts(
        invoice=printing.invoice_data(guest.invoice),
        client=entry.client,
        contact=guest.contact,
        account=guest.account,
        invitation=guest.invitation,
        today=context.today,
        logo=logo.read(guest.account["logo_file"]),
        payments=payments,
        files=files,
        others=others,
        signer=approval.signer(guest),
    )


def _links(entry: Entry) -> Links:
    guest, work = entry.guest, entry.work
    telling = readers.counts(entry.request) and not entry.is_counted
    onward = approval.onward(work, guest) if guest.invoice.subtype == QUOTE else guest.key
    sent = entry.request.query.get(gateways.CONFIRMING)
    confirms = gateways.is_confirming(guest, sent)
    methods = [] if confirms else gateways.gateways.methods(work, guest)
    return Links(
        files=entry.address("view", guest.key, "documents"),
        download=entry.page(guest.key, "pdf"),
        approve=entry.page(guest.key, place="approve"),
        token=entry.token,
        seen=entry.address("view", guest.key, "seen") if telling else "",
        onward=entry.page(onward) if onward != guest.key else "",
        again=f"?{urlencode({gateways.CONFIRMING: sent})}" if confirms else "",
        pay=[(entry.address("payment", guest.key, method.alias), method.label) for method in methods],
    )
