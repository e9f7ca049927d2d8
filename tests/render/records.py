"""Wire-named records as the API shows them, with amounts as decimal texts."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def item(**changes: Any) -> Record:
    return {
        "id": 1,
        "product_key": "DEV",
        "notes": "Development hour",
        "cost": "95",
        "qty": "8",
        "tax_name1": "",
        "tax_rate1": "0",
        "tax_name2": "",
        "tax_rate2": "0",
        "invoice_item_type_id": 1,
        "custom_value1": "",
        "custom_value2": "",
        "discount": "0",
    } | changes


def invoice(*items: Record, **changes: Any) -> Record:
    return {
        "id": 1,
        "amount": "760",
        "balance": "760",
        "invoice_number": "0001",
        "discount": "0",
        "po_number": "PO-7781",
        "invoice_date": "2026-11-22",
        "due_date": "2026-12-06",
        "terms": "Net 14",
        "public_notes": "Thank you",
        "invoice_type_id": 1,
        "is_recurring": False,
        "is_quote": False,
        "tax_name1": "",
        "tax_rate1": "0",
        "tax_name2": "",
        "tax_rate2": "0",
        "is_amount_discount": False,
        "invoice_footer": "Registered in Berlin",
        "partial": "0",
        "partial_due_date": "",
        "custom_value1": "0",
        "custom_value2": "0",
        "custom_taxes1": False,
        "custom_taxes2": False,
        "custom_text_value1": "",
        "custom_text_value2": "",
        "invoice_design_id": 1,
        "inclusive_taxes": False,
        "invoice_items": list(items) or [item()],
    } | changes


def client(**changes: Any) -> Record:
    return {
        "id": 7,
        "name": "Acme Ltd",
        "balance": "900",
        "address1": "1 High Street",
        "address2": "",
        "city": "Springfield",
        "state": "IL",
        "postal_code": "62701",
        "country_id": 840,
        "currency_id": 0,
        "language_id": 0,
        "work_phone": "",
        "website": "",
        "id_number": "C-7",
        "vat_number": "",
        "custom_value1": "North",
        "custom_value2": "",
        "contacts": [contact()],
    } | changes


def contact(**changes: Any) -> Record:
    return {
        "id": 3,
        "first_name": "Jane",
        "last_name": "Doe",
        "email": "jane@acme.test",
        "phone": "555",
        "contact_key": "c" * 32,
        "custom_value1": "",
        "custom_value2": "",
    } | changes


def account(**changes: Any) -> Record:
    return {
        "account_key": "a" * 32,
        "name": "Northwind Studio",
        "id_number": "HRB 1",
        "vat_number": None,
        "website": "northwind.test",
        "work_email": "office@northwind.test",
        "work_phone": None,
        "address1": "Lindenstr. 12",
        "address2": None,
        "city": "Berlin",
        "state": None,
        "postal_code": "10969",
        "country_id": 276,
        "currency_id": 1,
        "language_id": 1,
        "date_format_id": 8,
        "font_size": 9,
        "page_size": "A4",
        "custom_fields": {},
        "invoice_fields": None,
        "invoice_labels": None,
        "email_footer": None,
    } | changes
