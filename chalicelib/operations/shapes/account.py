"""The settings of an account (resources.md 5.20), one record per account."""

from __future__ import annotations

from typing import Any

from chalicelib.operations import coerce
from chalicelib.operations.maps import json_map
from chalicelib.operations.shape import (
    Field,
    Shape,
    boolean,
    integer,
    kept,
    long_text,
    quantity,
    rate,
    shown,
    static_id,
    text,
)  # fmt: skip

SETTINGS_ID = 1
"""The settings record's id in its kind."""

PAGE_SIZES = frozenset(
    [f"{series}{size}" for series in "ABC" for size in range(11)]
    + [f"{series}{size}" for series in ("RA", "SRA") for size in range(5)]
    + ["Executive", "Folio", "Legal", "Letter", "Tabloid"]
)
COUNTERS = (
    "invoice_number_counter",
    "quote_number_counter",
    "client_number_counter",
    "credit_number_counter",
)
"""Kept in the account's head, because numbers are taken inside the commit."""


def _flag(value: Any, _: str) -> int:
    return int(coerce.truth(value))


def _page_size(value: Any, form: str) -> str:
    found = coerce.text()(value, form)
    if found not in PAGE_SIZES:
        raise ValueError("The selected page size does not exist.")
    return str(found)


def _map(value: Any, _: str) -> dict[str, str]:
    return json_map(value)


def _optional_day(value: Any, form: str) -> str | None:
    return coerce.day(value, form) or None


def _optional(*names: str) -> tuple[Field, ...]:
    return tuple(text(name, default=None) for name in names)


def _optional_long(*names: str) -> tuple[Field, ...]:
    return tuple(long_text(name, default=None) for name in names)


def _flags(*names: str, default: bool = False) -> tuple[Field, ...]:
    return tuple(boolean(name, default) for name in names)


def _labels(*names: str) -> tuple[Field, ...]:
    return tuple(shown(name) for name in names)


def _small(name: str, default: int, low: int = 0, high: int = 32_767) -> Field:
    return integer(name, default, low, high)


MAILS = ("invoice", "quote", "payment")
REMINDERS = ("reminder1", "reminder2", "reminder3", "reminder4")

EMAIL_SETTINGS = Shape(
    "account_email_settings",
    (
        shown("reply_to_email", None),
        shown("bcc_email", None),
        *(shown(f"email_subject_{name}") for name in MAILS),
        *(shown(f"email_template_{name}") for name in MAILS),
        *(shown(f"email_subject_{name}", None if name == "reminder4" else "") for name in REMINDERS),
        *(shown(f"email_template_{name}", None if name == "reminder4" else "") for name in REMINDERS),
        *(shown(f"late_fee{number}_{part}", None) for number in (1, 2, 3) for part in ("amount", "percent")),
    ),
)

ACCOUNT = Shape(
    "account",
    (
        shown("account_key"),
        shown("logo", None),
        text("name"),
        text("id_number", default=None),
        static_id("currency_id", "currencies", 1),
        static_id("timezone_id", "timezones"),
        static_id("date_format_id", "date_formats"),
        static_id("datetime_format_id", "datetime_formats"),
        shown("updated_at", 0),
        shown("archived_at", None),
        *_optional("address1", "address2", "city", "state", "postal_code"),
        static_id("country_id", "countries"),
        *_optional_long("invoice_terms", "email_footer"),
        static_id("industry_id", "industries"),
        static_id("size_id", "sizes"),
        boolean("invoice_taxes", True),
        boolean("invoice_item_taxes"),
        static_id("invoice_design_id", "invoice_designs", 1),
        static_id("quote_design_id", "invoice_designs", 1),
        shown("client_view_css"),
        *_optional("work_phone", "work_email"),
        static_id("language_id", "languages", 1),
        *_flags("fill_products", "update_products", default=True),
        *_optional("vat_number", "custom_value1", "custom_value2", "primary_color", "secondary_color"),
        *_flags("hide_quantity", "hide_paid_to_date"),
        text("invoice_number_prefix", default=None),
        integer("invoice_number_counter", 1, 1),
        text("quote_number_prefix", default=None),
        integer("quote_number_counter", 1, 1),
        boolean("share_counter", True),
        _small("token_billing_type_id", 4),
        long_text("invoice_footer", default=None),
        boolean("pdf_email_attachment"),
        _small("font_size", 9, 4, 40),
        *_optional_long("invoice_labels", "custom_design1", "custom_design2", "custom_design3"),
        *_flags("show_item_taxes", "military_time"),
        *(Field(f"enable_reminder{number}", 0, _flag) for number in (1, 2, 3, 4)),
        _small("num_days_reminder1", 7),
        _small("num_days_reminder2", 14),
        _small("num_days_reminder3", 30),
        text("tax_name1"),
        rate("tax_rate1"),
        text("tax_name2"),
        rate("tax_rate2"),
        _small("recurring_hour", 8, 0, 23),
        *_optional("invoice_number_pattern", "quote_number_pattern"),
        long_text("quote_terms", default=None),
        boolean("enable_email_markup"),
        text("website", default=None),
        *(_small(f"direction_reminder{number}", 1, 1, 2) for number in (1, 2, 3)),
        *(_small(f"field_reminder{number}", 1, 1, 2) for number in (1, 2, 3)),
        static_id("header_font_id", "fonts", 1),
        static_id("body_font_id", "fonts", 1),
        boolean("auto_convert_quote", True),
        *_flags("auto_archive_quote", "auto_archive_invoice"),
        boolean("auto_email_invoice", True),
        *_flags("all_pages_footer", "all_pages_header", "show_currency_code"),
        *_flags("enable_portal_password", "send_portal_password"),
        text("recurring_invoice_number_prefix", default="R"),
        boolean("enable_client_portal", True),
        long_text("invoice_fields", default=None),
        *_flags("invoice_embed_documents", "document_email_attachment"),
        boolean("enable_client_portal_dashboard", True),
        Field("page_size", "A4", _page_size),
        boolean("live_preview", True),
        _small("invoice_number_padding", 4, 0, 20),
        *_flags("enable_second_tax_rate", "auto_bill_on_due_date"),
        _small("start_of_week", 0, 0, 6),
        *_flags("enable_buy_now_buttons", "include_item_taxes_inline"),
        Field("financial_year_start", None, _optional_day),
        _small("enabled_modules", 63),
        _small("enabled_dashboard_sections", 7),
        *_flags("show_accept_invoice_terms", "show_accept_quote_terms"),
        *_flags("require_invoice_signature", "require_quote_signature"),
        text("client_number_prefix", default=None),
        integer("client_number_counter", 0, 0),
        text("client_number_pattern", default=None),
        integer("payment_terms", 0, -1, 32_767),
        static_id("reset_counter_frequency_id", "frequencies"),
        static_id("payment_type_id", "payment_types"),
        *_flags("gateway_fee_enabled", "send_item_details"),
        Field("reset_counter_date", None, _optional_day),
        quantity("task_rate"),
        *_flags("inclusive_taxes", "convert_products", "signature_on_pdf"),
        shown("custom_invoice_taxes1", None),
        shown("custom_invoice_taxes2", None),
        Field("custom_fields", {}, _map),
        Field("custom_messages", {}, _map),
        *_labels("custom_invoice_label1", "custom_invoice_label2"),
        *_labels("custom_client_label1", "custom_client_label2"),
        *_labels("custom_contact_label1", "custom_contact_label2"),
        *_labels("custom_label1", "custom_label2"),
        *_labels("custom_invoice_text_label1", "custom_invoice_text_label2"),
        *_labels("custom_invoice_item_label1", "custom_invoice_item_label2"),
        Field("email_design_id", 1, coerce.integer(1, 3), hidden=True),
        Field("ubl_email_attachment", False, coerce.boolean, hidden=True),
        Field("domain_id", 0, coerce.integer(), hidden=True),
        Field("analytics_key", None, coerce.text(), hidden=True),
        Field("credit_number_counter", 0, coerce.integer(0), hidden=True),
        Field("credit_number_prefix", None, coerce.text(), hidden=True),
        Field("credit_number_pattern", None, coerce.text(), hidden=True),
        Field("portal_link_days", 0, coerce.integer(0, 3_650), hidden=True),
        kept("email_settings", {}),
        kept("logo_file"),
        kept("created_at", 0),
    ),
)
