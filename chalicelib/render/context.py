"""Everything a document is built from, with its totals, kind and wording worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from chalicelib.billing.totals import Charges, Line, Totals, compute
from chalicelib.render import formats
from chalicelib.render.formats import Locale, locale_of
from chalicelib.render.labels import json_object, labels
from chalicelib.render.names import first_contact
from chalicelib.render.numbers import number

Kind = Literal["invoice", "quote", "credit"]


@dataclass(frozen=True, slots=True)
class Context:
    """The wire-named records and what follows from them; `totals` came from `lines` and `charges`."""

    invoice: Mapping[str, Any]
    client: Mapping[str, Any]
    contact: Mapping[str, Any]
    account: Mapping[str, Any]
    locale: Locale
    labels: Mapping[str, str]
    custom_fields: Mapping[str, Any]
    layout: Mapping[str, Any]
    kind: Kind
    lines: tuple[Line, ...]
    charges: Charges
    totals: Totals

    @property
    def items(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.invoice.get("invoice_items") or ())

    def amount(self, key: str) -> Decimal:
        """A stored amount of the invoice."""
        return number(self.invoice.get(key))

    def money(self, value: Decimal) -> str:
        return formats.money(value, self.locale)

    def percent(self, rate: Decimal) -> str:
        return formats.percent(rate, self.locale)

    def custom_label(self, field: str) -> str:
        """The account's name for a custom field: what stands before the bar of `Label|option,option`."""
        return str(self.custom_fields.get(field) or "").partition("|")[0].strip()


def context_of(
    invoice: Mapping[str, Any],
    client: Mapping[str, Any],
    contact: Mapping[str, Any] | None,
    account: Mapping[str, Any],
) -> Context:
    """The context of one document; without a contact the client's first one is addressed."""
    locale = locale_of(account, client)
    lines = tuple(_line(item) for item in invoice.get("invoice_items") or ())
    charges = _charges(invoice)
    return Context(
        invoice=invoice,
        client=client,
        contact=contact if contact is not None else first_contact(client),
        account=account,
        locale=locale,
        labels=labels(locale.language, account.get("invoice_labels")),
        custom_fields=json_object(account.get("custom_fields")),
        layout=json_object(account.get("invoice_fields")),
        kind=kind_of(invoice),
        lines=lines,
        charges=charges,
        totals=compute(lines, charges),
    )


def is_quote(invoice: Mapping[str, Any]) -> bool:
    """Whether the record is a quote."""
    return bool(invoice.get("is_quote")) or invoice.get("invoice_type_id") == 2


def kind_of(invoice: Mapping[str, Any]) -> Kind:
    """What the document calls itself: an invoice with a negative balance is a credit note (http.md 11.4)."""
    if is_quote(invoice):
        return "quote"
    return "credit" if number(invoice.get("balance")) < 0 else "invoice"


def is_blank(item: Mapping[str, Any]) -> bool:
    """Whether a line has neither cost nor product nor notes."""
    return not (number(item.get("cost")) or item.get("product_key") or item.get("notes"))


def _line(item: Mapping[str, Any]) -> Line:
    return Line(
        cost=number(item.get("cost")),
        qty=number(item.get("qty")),
        discount=number(item.get("discount")),
        tax_rate1=number(item.get("tax_rate1")),
        tax_rate2=number(item.get("tax_rate2")),
        counted=not is_blank(item),
    )


def _charges(invoice: Mapping[str, Any]) -> Charges:
    return Charges(
        discount=number(invoice.get("discount")),
        is_amount_discount=bool(invoice.get("is_amount_discount")),
        tax_rate1=number(invoice.get("tax_rate1")),
        tax_rate2=number(invoice.get("tax_rate2")),
        surcharge1=number(invoice.get("custom_value1")),
        surcharge2=number(invoice.get("custom_value2")),
        surcharge1_taxed=bool(invoice.get("custom_taxes1")),
        surcharge2_taxed=bool(invoice.get("custom_taxes2")),
        inclusive=bool(invoice.get("inclusive_taxes")),
    )
