"""Printed documents: drawn once for what they show, then kept in S3."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from chalicelib.errors import RecordNotFound
from chalicelib.observe import scope
from chalicelib.operations import documents, logo
from chalicelib.operations.clients import display_name
from chalicelib.operations.context import Context
from chalicelib.operations.lists import by_ids
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD, TEMPLATE
from chalicelib.operations.work import Work
from chalicelib.store import files
from chalicelib.store.record import Record

PDF = "application/pdf"
MOST_PICTURES = 30


class Printed(NamedTuple):
    """A drawn document. `key` is its place in S3, derived from what it shows."""

    name: str
    content: bytes
    key: str

    @property
    def link(self) -> str:
        """A presigned URL, for a document too large for an answer."""
        return files.link(self.key, self.name)


def printed(context: Context, number: int) -> Printed | None:
    """The PDF of an invoice or quote; None for a deleted one. RecordNotFound: unknown or hidden."""
    work = Work(context, {})
    work.fetch((work.key(INVOICE.kind, number), work.key(ACCOUNT.kind, SETTINGS_ID)))
    invoice = work.get(INVOICE, number)
    client = work.find(CLIENT, invoice.client)
    if client is None:
        raise RecordNotFound
    if invoice.is_deleted:
        return None
    account = work.load(ACCOUNT, SETTINGS_ID).data
    return draw(context.account, invoice_data(invoice), client_data(client), account)


def of_record(context: Context, invoice: Record) -> Printed:
    """The PDF of a record at hand, as it stands in a unit of work."""
    work = Work(context, {})
    account = work.load(ACCOUNT, SETTINGS_ID).data
    (client,) = by_ids(context, CLIENT.kind, [invoice.client])
    full = replace(client, data=CLIENT.full(client.data))
    return draw(context.account, invoice_data(invoice), client_data(full), account)


def draw(account_id: str, invoice: Data, client: Data, account: Data, contact: Data | None = None) -> Printed:
    """The stored drawing of exactly this content, or a new one, which is then stored."""
    from chalicelib.render.formats import locale_of
    from chalicelib.render.invoice import build, file_name, fingerprint
    from chalicelib.render.version import VERSION

    pictures = _pictures(account_id, invoice) if account["invoice_embed_documents"] else ()
    document = build(invoice, client, contact, account, logo.read(account["logo_file"]), pictures)
    name = file_name(invoice, locale_of(account, client).language)
    key = f"{account_id}/pdf/{VERSION}-{fingerprint(document)}.pdf"
    content = files.read(key)
    if content is None:
        from chalicelib.render.pdf import render

        content = render(document)
        scope.count("pdfs")
        files.write(key, content, PDF)
    return Printed(name, content, key)


def _pictures(account_id: str, invoice: Data) -> tuple[bytes, ...]:
    """The attached pictures that are printed along, in the order of their ids (http.md 11.6)."""
    context = Context(account_id, "", 0, 0, str)
    found = documents.effective(context, invoice["id"], invoice["expense_ids"])
    small = (documents.preview(context, one) for one in sorted(found, key=lambda one: one.id))
    kept = (_picture(one.key) for one in small if one is not None)
    return tuple(islice((content for content in kept if content is not None), MOST_PICTURES))


@lru_cache(maxsize=64)
def _picture(key: str) -> bytes | None:
    """The object under a key, which names its content; None once it was deleted."""
    return files.read(key)


def invoice_data(record: Record) -> Data:
    """The fields of a document under their wire names, amounts as decimal text."""
    return {
        **record.data,
        "id": record.id,
        "invoice_status_id": record.status,
        "invoice_type_id": QUOTE if record.subtype == QUOTE else STANDARD,
        "is_quote": record.subtype == QUOTE,
        "is_recurring": record.subtype == TEMPLATE,
    }


def client_data(record: Record) -> Data:
    return {
        **record.data,
        "id": record.id,
        "display_name": display_name(record.data),
        "balance": record.balance or 0,
        "paid_to_date": record.paid or 0,
    }
