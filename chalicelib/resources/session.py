"""What login, register and refresh answer: the account through a user's eyes (resources.md 5.22)."""

from __future__ import annotations

from chalicelib.operations.context import Context
from chalicelib.operations.lists import everything, range_of
from chalicelib.operations.payment_terms import TERM
from chalicelib.operations.sessions import Session
from chalicelib.operations.shape import Data, Shape, shown
from chalicelib.operations.shapes import ACCOUNT
from chalicelib.operations.shapes.account import EMAIL_SETTINGS
from chalicelib.render.languages import code_of
from chalicelib.render.mail.templates import effective_templates
from chalicelib.resources.accounts import MAIL_SETTINGS, PAYMENT_TERMS, UNTITLED, USERS, all_of
from chalicelib.resources.catalogue import TAX_RATES
from chalicelib.resources.declare import Include, Resource
from chalicelib.resources.view import Tree, View, view
from chalicelib.resources.work import EXPENSE_CATEGORIES
from chalicelib.store.record import Record

JANUARY = 1

SETTINGS = (
    "currency_id", "timezone_id", "date_format_id", "datetime_format_id", "invoice_terms", "invoice_taxes",
    "invoice_item_taxes", "invoice_design_id", "quote_design_id", "language_id", "country_id",
    "invoice_footer", "invoice_labels", "show_item_taxes", "military_time", "fill_products", "tax_name1",
    "tax_rate1", "tax_name2", "tax_rate2", "quote_terms", "show_currency_code", "enable_second_tax_rate",
    "start_of_week",
)  # fmt: skip
MORE_SETTINGS = (
    "enabled_modules", "payment_terms", "payment_type_id", "task_rate", "inclusive_taxes", "convert_products",
)  # fmt: skip
TEMPLATES = (
    "email_subject_invoice", "email_subject_quote", "email_subject_payment", "email_template_invoice",
    "email_template_quote", "email_template_payment", "email_subject_reminder1", "email_subject_reminder2",
    "email_subject_reminder3", "email_template_reminder1", "email_template_reminder2",
    "email_template_reminder3",
)  # fmt: skip

USER_ACCOUNT = Shape("user_account", (shown("account_key"),))


def session_view(session: Session, tree: Tree) -> View:
    """The one element of the list that these endpoints answer."""
    fields = _fields(session)
    shell = View(USER_ACCOUNTS, fields)
    for name, include in USER_ACCOUNTS.includes.items():
        if include.default or name in tree:
            source = session.user if name == "user" else session.account
            (group,) = include.load(session.context, [source])
            shell.included[name] = view(session.context, include.resource(), group, tree.get(name, {}))
    return shell


def _fields(session: Session) -> Data:
    account = session.account.data
    wire = ACCOUNT.wire(account)
    start = account["financial_year_start"]
    fields: Data = {
        "account_key": session.context.account_key,
        "user_id": session.user.id,
        "name": account["name"] or UNTITLED,
        "token": session.token,
        "default_url": f"{session.context.public_url}/",
        "plan": "",
        "logo": "",
        "logo_url": "",
    }
    fields |= {name: _blank(wire[name]) for name in SETTINGS}
    fields["financial_year_start"] = int(start[5:7]) if start else JANUARY
    fields |= {name: _blank(wire[name]) for name in MORE_SETTINGS}
    taxed = bool(wire["custom_invoice_taxes1"])
    fields |= {"custom_invoice_taxes1": taxed, "custom_invoice_taxes2": taxed}
    fields |= {"custom_fields": wire["custom_fields"], "invoice_fields": _blank(wire["invoice_fields"])}
    fields["custom_messages"] = wire["custom_messages"]
    mail = EMAIL_SETTINGS.full(account["email_settings"])
    texts = effective_templates(code_of(wire["language_id"]), account, mail)
    fields["email_footer"] = texts["email_footer"]
    fields |= {name: texts[name] for name in TEMPLATES}
    fields |= {f"has_custom_design{number}": bool(wire[f"custom_design{number}"]) for number in (1, 2, 3)}
    fields["enable_portal_password"] = wire["enable_portal_password"]
    return fields


def _blank(value: object) -> object:
    return "" if value is None else value


def _own_terms(context: Context, records: object) -> list[list[Record]]:
    return [everything(TERM.kind, range_of(context, TERM.kind, "", descending=False))[0]]


USER_ACCOUNTS = Resource(
    "user_accounts",
    USER_ACCOUNT,
    bare=True,
    includes={
        "user": Include(lambda: USERS, lambda _, records: [list(records)], many=False, default=True),
        "users": Include(lambda: USERS, all_of("user")),
        "tax_rates": Include(lambda: TAX_RATES, all_of("tax_rate")),
        "expense_categories": Include(lambda: EXPENSE_CATEGORIES, all_of("expense_category")),
        "account_email_settings": Include(
            lambda: MAIL_SETTINGS,
            lambda _, records: [
                [Record(EMAIL_SETTINGS.kind, 0, row.data["email_settings"])] for row in records
            ],
            many=False,
        ),
        "custom_payment_terms": Include(lambda: PAYMENT_TERMS, _own_terms),
    },
)
