"""The account and what is shown around it: users, payment terms, mail settings, login data."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.operations import actions, mail_settings, passwords, payment_terms, token_records, users
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.lists import everything, range_of
from chalicelib.operations.shape import Data, option
from chalicelib.operations.shapes import ACCOUNT, TOKEN, USER
from chalicelib.operations.shapes.account import EMAIL_SETTINGS
from chalicelib.resources.catalogue import PRODUCTS, TAX_RATES
from chalicelib.resources.clients import CLIENTS
from chalicelib.resources.declare import Include, Load, Resource, bodiless
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.money import PAYMENTS
from chalicelib.resources.work import EXPENSE_CATEGORIES, PROJECTS
from chalicelib.store.record import Record

DAY = 86_400
UNTITLED = "Untitled Company"
MIRRORS = {
    "custom_invoice_label": "invoice",
    "custom_client_label": "client",
    "custom_contact_label": "contact",
    "custom_label": "account",
    "custom_invoice_text_label": "invoice_text",
    "custom_invoice_item_label": "product",
}


def all_of(kind: str, order: str = "updated", active_only: bool = True) -> Load:
    """Every record of a kind that the user may see, for an account's includes."""

    def load(context: Context, records: Sequence[Record]) -> list[list[Record]]:
        index = "updated" if order == "updated" else ""
        wanted = range_of(context, kind, index, descending=False, absent=("s",) if active_only else ())
        found = {record.id: record for record in everything(kind, wanted)[0]}
        found |= {number: record for (its_kind, number), record in context.fresh.items() if its_kind == kind}
        in_order = [found[number] for number in sorted(found) if found[number].is_active or not active_only]
        shown = [record for record in in_order if context.may("view", kind, record.owner)]
        return [shown for _ in records]

    return load


def _permissions(shown: Data, record: Record, _: Context) -> None:
    shown["permissions"] = dict.fromkeys(record.data.get("permissions", ()), True) or []
    shown["deleted_at"] = record.data.get("archived_at")


def _token(shown: Data, record: Record, _: Context) -> None:
    shown["user_id"] = record.owner


def _term(shown: Data, record: Record, context: Context) -> None:
    if shown["is_default"]:
        # Built-in terms have no time of their own; one that moves with every read would look like a change.
        shown["updated_at"] = context.now - context.now % DAY


def _labels(shown: Data, record: Record, _: Context) -> None:
    shown["name"] = shown["name"] or UNTITLED
    shown["pdf_email_attachment"] = bool(shown["pdf_email_attachment"])
    labels = record.data.get("custom_fields", {})
    for field, key in MIRRORS.items():
        for number in ("1", "2"):
            shown[field + number] = labels.get(key + number, "")


def _mail_settings(_: Context, records: Sequence[Record]) -> list[list[Record]]:
    return [[Record(EMAIL_SETTINGS.kind, 0, account.data.get("email_settings", {}))] for account in records]


USERS = Resource(
    "users",
    USER,
    compute=_permissions,
    order="created",
    bare=True,
    create=users.create,
    update=users.update,
    act=bodiless(users.act),
    accepts=(
        option("password", "string", minLength=1, maxLength=passwords.LONGEST),
        option("is_admin", "boolean", "May do everything."),
        option("permissions", ["object", "array"], "Names of permissions, or a map of them to true."),
    ),
    needs=users.PLAN.required,
    actions=(*actions.PLAIN, users.INVITE),
    example={"first_name": "Pat", "last_name": "Kim", "email": "pat@example.com", "password": "a long one"},
    filters=Filterable(
        text=("first_name+last_name", "email", "phone"), sorts=("first_name", "last_name", "email")
    ),
)
PAYMENT_TERMS = Resource(
    "payment_terms",
    payment_terms.TERM,
    payment_terms.PLAN,
    compute=_term,
    order="num_days",
    create=payment_terms.create,
    update=payment_terms.update,
    act=bodiless(payment_terms.act),
    example={"num_days": 21},
    filters=Filterable(text=("name",), sorts=("num_days", "name")),
)
TOKENS = Resource(
    "tokens",
    TOKEN,
    compute=_token,
    order="created",
    bare=True,
    gather=token_records.with_state,
    once=token_records.ONCE,
    create=token_records.create,
    update=token_records.update,
    act=bodiless(token_records.act),
    accepts=(option("user_id", "integer", "Whose token; others' only for administrators.", updates=False),),
    needs=("name",),
    actions=token_records.ACTIONS,
    filters=Filterable(text=("name",), sorts=("name", "user_id")),
    example={"name": "backup", "scope": "read", "expires_at": "2030-01-01"},
)


def _partial(shown: Data, record: Record, _: Context) -> None:
    """v4 has no texts for partial payments, so they are shown only where there are some."""
    shown |= {name: record.data[name] for name in EMAIL_SETTINGS.hidden if record.data.get(name)}


MAIL_SETTINGS = Resource(mail_settings.NAME, EMAIL_SETTINGS, compute=_partial, bare=True)

ACCOUNTS = Resource(
    "accounts",
    ACCOUNT,
    compute=_labels,
    bare=True,
    accepts=(
        *(item for item in EMAIL_SETTINGS.fields if item.reader),
        option(mail_settings.NAME, "object", "The same fields as an object, as they are shown."),
    ),
    includes={
        "users": Include(lambda: USERS, all_of("user"), default=True),
        "products": Include(lambda: PRODUCTS, all_of("product"), default=True),
        "tax_rates": Include(lambda: TAX_RATES, all_of("tax_rate"), default=True),
        "expense_categories": Include(
            lambda: EXPENSE_CATEGORIES, all_of("expense_category", active_only=False), default=True
        ),
        "projects": Include(lambda: PROJECTS, all_of("project", active_only=False), default=True),
        "account_email_settings": Include(lambda: MAIL_SETTINGS, _mail_settings, many=False, default=True),
        "clients": Include(lambda: CLIENTS, all_of("client")),
        "invoices": Include(lambda: INVOICES, all_of("invoice")),
        "payments": Include(lambda: PAYMENTS, all_of("payment", active_only=False)),
    },
)
