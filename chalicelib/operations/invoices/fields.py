"""Reading and completing the fields of a document, for creation and edit alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.billing.texts import expand
from chalicelib.errors import InvalidInput
from chalicelib.operations.coerce import loose_truth, strict_truth, whole
from chalicelib.operations.context import Context
from chalicelib.operations.dates import DEFAULT_FORM
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, INVOICE, SETTINGS_ID
from chalicelib.operations.shapes.invoice import QUOTE, TEMPLATE
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

MONTHLY = 4
NULL_CLEARS = frozenset({"tax_name1", "tax_name2", "tax_rate1", "tax_rate2", "private_notes"})
DATE_WORDS = (":MONTH", ":QUARTER", ":YEAR")
LAST_DESIGN = 13
AUTO_BILL_OFF = 1
SQL_DATES = {"invoice_date_sql": "invoice_date", "due_date_sql": "due_date"}


def flag(body: Mapping[str, Any], name: str) -> bool:
    """An option by v4's strict words. InvalidInput: not a single value."""
    try:
        return strict_truth(body.get(name))
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None


def read_sent(body: Mapping[str, Any], form: str, creating: bool) -> Data:
    """The sent fields in stored form; null means "not sent", but for taxes and private notes on an edit.

    InvalidInput names every refused field.
    """
    sent = {SQL_DATES.get(name, name): value for name, value in body.items() if value is not None}
    if not creating:
        sent |= {name: "" for name in NULL_CLEARS if name in body and body[name] is None}
    data = INVOICE.read(sent, form, creating)
    errors: dict[str, list[str]] = {}
    if data.get("discount", "0").startswith("-"):
        errors["discount"] = ["The discount must be greater than zero."]
    if not 0 <= data.get("invoice_design_id", 0) <= LAST_DESIGN:
        errors["invoice_design_id"] = ["The selected design does not exist."]
    if errors:
        raise InvalidInput(errors)
    if data.get("invoice_number") == "":
        del data["invoice_number"]
    return data


def default_design(settings: Data, subtype: int, data: Data) -> int:
    own = settings["quote_design_id"] if subtype == QUOTE else settings["invoice_design_id"]
    return int(data.get("invoice_design_id") or own or 1)


def read_recurrence(body: Mapping[str, Any], data: Data, before: Data) -> Data:
    """The settings of a template (billing 7.2); what is not sent stays, on creation at v4's defaults."""
    found: Data = {"is_recurring": True}
    if "frequency_id" not in data and not before:
        found["frequency_id"] = MONTHLY
    sent = body.get("auto_bill_id", body.get("auto_bill"))
    if sent is not None or not before:
        found["auto_bill_id"] = _auto_bill(sent)
        found["auto_bill"] = True
    if body.get("client_enable_auto_bill") is not None:
        found["client_enable_auto_bill"] = loose_truth(body["client_enable_auto_bill"])
    if "start_date" in data and before and data["start_date"] != before["start_date"]:
        found["last_sent_date"] = ""
    if body.get("recurring_due_date") is not None:
        found |= INVOICE.read({"due_date": body["recurring_due_date"]}, DEFAULT_FORM, True)
    if flag(body, "auto_bill") and "auto_bill_id" not in body:
        found["is_public"] = True
    return found


def _auto_bill(sent: Any) -> int:
    try:
        number = whole(sent)
    except ValueError:
        return AUTO_BILL_OFF
    return number if 1 <= number <= MONTHLY else AUTO_BILL_OFF


def expand_texts(context: Context, settings: Data, client: Data, invoice: Record) -> None:
    """Replace date words in every printed text; a template keeps them until it runs (billing 1.5)."""
    if invoice.subtype == TEMPLATE:
        return
    language = client["language_id"] or settings["language_id"]
    for row, names in (
        (invoice.data, ("terms", "invoice_footer", "public_notes")),
        *((item, ("product_key", "notes")) for item in invoice.data["invoice_items"]),
    ):
        for name in names:
            if ":" in row[name] and any(word in row[name] for word in DATE_WORDS):
                row[name] = expand(row[name], context.today, _months(language))


def _months(language_id: int) -> Any:
    from chalicelib.data import by_id
    from chalicelib.render.formats import month_name

    row = by_id("languages", language_id)
    return lambda number: month_name(number, row["locale"] if row else "en")


def remember_defaults(work: Work, invoice: Record, body: Mapping[str, Any]) -> None:
    """`set_default_terms` and `set_default_footer` copy the raw texts into the account's settings.

    Settings are an administrator's; of others the wish is ignored and the invoice is saved all the same.
    """
    terms = loose_truth(body.get("set_default_terms"))
    footer = loose_truth(body.get("set_default_footer"))
    if not (terms or footer) or not work.context.is_admin:
        return
    account = work.load(ACCOUNT, SETTINGS_ID)
    if terms:
        name = "quote_terms" if invoice.subtype == QUOTE else "invoice_terms"
        account.data[name] = invoice.data["terms"]
    if footer:
        account.data["invoice_footer"] = invoice.data["invoice_footer"]
    work.save(ACCOUNT, account)
