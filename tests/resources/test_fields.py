"""Every field of a record in v4's order (resources.md 5); test_create.py has those of invoices."""

from __future__ import annotations

from tests.api_client import Api
from tests.operations.steps import client, invitations, invoice


def names(text: str) -> list[str]:
    return text.split()


LEADING = ["account_key", "is_owner"]

CLIENT = names("""
    id name display_name balance paid_to_date updated_at archived_at address1 address2 city state
    postal_code country_id work_phone private_notes public_notes last_login website industry_id size_id
    is_deleted payment_terms vat_number id_number language_id currency_id custom_value1 custom_value2
    invoice_number_counter quote_number_counter task_rate shipping_address1 shipping_address2
    shipping_city shipping_state shipping_postal_code shipping_country_id show_tasks_in_portal
    send_reminders credit_number_counter custom_messages contacts
""")
CONTACT = names("""
    id first_name last_name email contact_key updated_at archived_at is_primary phone last_login
    send_invoice custom_value1 custom_value2
""")
PRODUCT = names("""
    id product_key notes cost qty tax_name1 tax_rate1 tax_name2 tax_rate2 updated_at archived_at
    custom_value1 custom_value2 is_deleted
""")
TAX_RATE = ["id", "name", "rate", "is_inclusive", "updated_at", "archived_at"]
PAYMENT_TERM = ["num_days", "name", "updated_at", "archived_at", "is_default"]
INVITATION = ["id", "key", "link", "sent_date", "viewed_date"]
USER = names("""
    id first_name last_name email account_key updated_at deleted_at phone registered confirmed
    oauth_user_id oauth_provider_id notify_sent notify_viewed notify_paid notify_approved is_admin
    permissions
""")
USER_ACCOUNT = names("""
    account_key user_id name token default_url plan logo logo_url currency_id timezone_id date_format_id
    datetime_format_id invoice_terms invoice_taxes invoice_item_taxes invoice_design_id quote_design_id
    language_id country_id invoice_footer invoice_labels show_item_taxes military_time fill_products
    tax_name1 tax_rate1 tax_name2 tax_rate2 quote_terms show_currency_code enable_second_tax_rate
    start_of_week financial_year_start enabled_modules payment_terms payment_type_id task_rate
    inclusive_taxes convert_products custom_invoice_taxes1 custom_invoice_taxes2 custom_fields
    invoice_fields custom_messages email_footer email_subject_invoice email_subject_quote
    email_subject_payment email_template_invoice email_template_quote email_template_payment
    email_subject_reminder1 email_subject_reminder2 email_subject_reminder3 email_template_reminder1
    email_template_reminder2 email_template_reminder3 has_custom_design1 has_custom_design2
    has_custom_design3 enable_portal_password user
""")


def test_fields_stand_in_v4s_order(api: Api) -> None:
    client(api, "a@x.test")
    api.post("/products", {"product_key": "A"})
    api.post("/tax_rates", {"name": "VAT", "rate": 19})
    shown = api.get("/clients/1").data
    assert list(shown) == LEADING + CLIENT
    assert list(shown["contacts"][0]) == LEADING + CONTACT
    assert list(api.get("/contacts/1").data) == LEADING + CONTACT
    assert list(api.get("/products/1").data) == LEADING + PRODUCT
    assert list(api.get("/tax_rates/1").data) == LEADING + TAX_RATE
    assert list(api.get("/payment_terms").data[0]) == LEADING + PAYMENT_TERM
    assert list(api.get("/users").data[0]) == USER
    assert list(api.get("/user_accounts").data[0]) == USER_ACCOUNT
    invoice(api)
    assert list(invitations(api)[0]) == INVITATION


def test_only_creations_name_the_creator(api: Api) -> None:
    """The quirk of resources.md 2.5: `user_id` is there after POST, not on invoices."""
    for path, body in (
        ("/clients", {"name": "A"}),
        ("/contacts", {"client_id": 1, "first_name": "A", "last_name": "B", "email": "c@d.test"}),
        ("/products", {"product_key": "A"}),
        ("/tax_rates", {"name": "VAT", "rate": 1}),
        ("/payment_terms", {"num_days": 21}),
    ):
        made = api.post(path, body).data
        assert list(made)[:3] == [*LEADING, "user_id"], path
        assert made["user_id"] == 1
    assert "user_id" not in invoice(api)
    for path in ("/clients/1", "/contacts/1", "/products/1", "/tax_rates/1", "/invoices/1"):
        assert "user_id" not in api.get(path).data
        assert "user_id" not in api.put(f"{path}?action=archive").data
