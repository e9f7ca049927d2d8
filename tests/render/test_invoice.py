from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render.context import context_of
from chalicelib.render.document import Document
from chalicelib.render.invoice import build, file_name, fingerprint
from tests.render.records import account, client, contact, invoice, item


def document(
    *items: dict[str, Any],
    owner: dict[str, Any] | None = None,
    payer: dict[str, Any] | None = None,
    **changes: Any,
) -> Document:
    return build(invoice(*items, **changes), payer or client(), None, owner or account())


def totals(shown: Document) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in shown.totals]


def column_keys(shown: Document, table: int = 0) -> list[str]:
    return [column.key for column in shown.tables[table].columns]


def test_plain_invoice_from_top_to_bottom() -> None:
    shown = document()
    assert shown.title == "INVOICE"
    assert shown.company == ("Northwind Studio", "HRB 1", "northwind.test", "office@northwind.test")
    assert shown.address == ("Lindenstr. 12", "10969 Berlin", "Germany")
    assert shown.client == (
        "Acme Ltd",
        "C-7",
        "1 High Street",
        "Springfield, IL 62701",
        "United States",
        "jane@acme.test",
    )
    assert shown.details == (
        ("Invoice Number", "0001"),
        ("PO Number", "PO-7781"),
        ("Invoice Date", "2026-11-22"),
        ("Due Date", "2026-12-06"),
        ("Balance Due", "$760.00"),
    )
    assert column_keys(shown) == ["item", "description", "unit_cost", "quantity", "line_total"]
    assert shown.tables[0].rows == (("DEV", "Development hour", "$95.00", "8", "$760.00"),)
    assert totals(shown) == [("Subtotal", "$760.00"), ("Paid to Date", "$0.00"), ("Balance Due", "$760.00")]
    assert [row.strong for row in shown.totals] == [False, False, True]
    assert (shown.notes, shown.terms_label, shown.terms) == ("Thank you", "Terms", "Net 14")
    assert shown.footer == "Registered in Berlin"


def test_quote_wording() -> None:
    shown = document(is_quote=True, invoice_type_id=2)
    assert shown.title == "QUOTE"
    assert [label for label, _ in shown.details] == [
        "Quote Number",
        "PO Number",
        "Quote Date",
        "Valid Until",
        "Total",
    ]
    assert totals(shown) == [("Subtotal", "$760.00"), ("Total", "$760.00")]


def test_credit_note_wording() -> None:
    shown = document(item(cost="-95"), amount="-760", balance="-760")
    assert shown.title == "CREDIT NOTE"
    assert [label for label, _ in shown.details] == [
        "Credit Number",
        "PO Number",
        "Credit Date",
        "Due Date",
        "Total",
    ]
    assert totals(shown) == [("Subtotal", "$-760.00"), ("Total", "$-760.00")]


def test_deposit_is_what_is_due() -> None:
    shown = document(partial="100", partial_due_date="2026-11-30", balance="700")
    assert ("Due Date", "2026-11-30") in shown.details
    assert ("Partial Due", "$100.00") in shown.details
    assert totals(shown)[1:] == [
        ("Paid to Date", "$60.00"),
        ("Balance Due", "$700.00"),
        ("Partial Due", "$100.00"),
    ]
    assert [row.label for row in shown.totals if row.strong] == ["Partial Due"]


def test_every_charge_in_order() -> None:
    """The worked example of billing.md 2.2, vector 42."""
    lines = (
        item(cost="19.99", qty="3", discount="5", tax_name1="A", tax_rate1="7"),
        item(cost="250", qty="0.5", tax_name1="A", tax_rate1="7", tax_name2="B", tax_rate2="3"),
        item(cost="-10", qty="1"),
    )
    owner = account(custom_fields={"invoice1": "Handling|x"}, hide_paid_to_date=True)
    shown = document(
        *lines,
        owner=owner,
        discount="7.5",
        tax_name1="C",
        tax_rate1="2.000",
        custom_value1="12.50",
        custom_taxes1=True,
        custom_value2="3.25",
        amount="193.50",
        balance="193.50",
    )
    assert totals(shown) == [
        ("Subtotal", "$171.97"),
        ("Discount", "$12.90"),
        ("Handling", "$12.50"),
        ("A 7%", "$11.78"),
        ("B 3%", "$3.47"),
        ("C 2%", "$3.43"),
        ("Surcharge", "$3.25"),
        ("Balance Due", "$193.50"),
    ]


def cents(most: int) -> st.SearchStrategy[str]:
    return st.decimals(-most, most, places=2).map(str)


LINES = st.lists(
    st.builds(
        lambda cost, qty, discount, rate: item(
            cost=cost, qty=qty, discount=discount, tax_name1="T", tax_rate1=rate
        ),
        cents(900),
        cents(9),
        cents(50),
        cents(25),
    ),
    min_size=1,
    max_size=5,
)


@given(
    lines=LINES, discount=cents(60), rate=cents(25), fixed=st.booleans(), taxed=st.booleans(), extra=cents(90)
)
def test_printed_sums_add_up_to_the_stored_amount(
    lines: list[dict[str, Any]], discount: str, rate: str, fixed: bool, taxed: bool, extra: str
) -> None:
    changes = {"discount": discount, "is_amount_discount": fixed, "tax_name1": "U", "tax_rate1": rate}
    record = invoice(*lines, **changes, custom_value1=extra, custom_taxes1=taxed)
    amount = context_of(record, client(), None, account()).totals.amount
    shown = build(record | {"amount": amount, "balance": abs(amount)}, client(), None, account())
    rows = {row.label: Decimal(row.value.replace("$", "").replace(",", "")) for row in shown.totals}
    discounted = rows.pop("Discount", Decimal(0))
    del rows["Balance Due"], rows["Paid to Date"]
    assert sum(rows.values()) - discounted == amount


def test_included_taxes_are_named_but_not_added() -> None:
    shown = document(
        item(cost="107", qty="1", tax_name1="GST", tax_rate1="7"),
        amount="107",
        balance="107",
        inclusive_taxes=True,
    )
    assert totals(shown)[:2] == [("Subtotal", "$107.00"), ("GST 7%", "$7.00")]
    assert shown.tables[0].rows[0][-1] == "$107.00"


def test_exemptions_are_named_and_nameless_taxes_too() -> None:
    shown = document(tax_name1="Reverse charge", tax_rate1="0", tax_name2="", tax_rate2="10", amount="836")
    assert ("Reverse charge 0%", "$0.00") in totals(shown)
    assert ("Tax 10%", "$76.00") in totals(shown)


def test_line_taxes_in_the_line_when_the_account_wants_it() -> None:
    line = item(cost="100", qty="1", tax_name1="VAT", tax_rate1="19", tax_name2="City", tax_rate2="1.5")
    shown = document(line, owner=account(include_item_taxes_inline=True))
    assert shown.tables[0].rows[0][-2:] == ("19%  1.5%", "$120.50")
    assert totals(shown)[0] == ("Subtotal", "$100.00")


def test_columns_appear_with_their_values() -> None:
    fields = {"product1": "Color|red,blue"}
    layout = json.dumps(
        {"product_fields": ["product.item", "product.custom_value1", "product.discount", "product.x"]}
    )
    shown = document(
        item(custom_value1="red", discount="10"), owner=account(custom_fields=fields, invoice_fields=layout)
    )
    columns = shown.tables[0].columns
    assert [(column.key, column.label) for column in columns] == [
        ("item", "Item"),
        ("custom_value1", "Color"),
        ("discount", "Discount"),
    ]
    assert len({column.share for column in columns}) == 1
    assert shown.tables[0].rows == (("DEV", "red", "10%"),)


def test_amount_discounts_are_money() -> None:
    layout = json.dumps({"product_fields": ["product.description", "product.discount"]})
    shown = document(item(discount="10"), owner=account(invoice_fields=layout), is_amount_discount=True)
    assert shown.tables[0].rows == (("Development hour", "$10.00"),)


def test_hidden_quantity() -> None:
    assert "quantity" not in column_keys(document(owner=account(hide_quantity=True)))


def test_tasks_have_their_own_table() -> None:
    shown = document(item(), item(product_key="", notes="Call", qty="1.25", invoice_item_type_id=2))
    assert column_keys(shown, 0)[0] == "item"
    assert [column.label for column in shown.tables[1].columns] == [
        "Service",
        "Description",
        "Rate",
        "Hours",
        "Line Total",
    ]
    assert shown.tables[1].rows == (("", "Call", "$95.00", "1.25", "$118.75"),)
    only = document(item(invoice_item_type_id=2))
    assert [column_keys(only, table)[0] for table in range(len(only.tables))] == ["service"]


def test_zero_cells_and_blank_lines() -> None:
    blank = item(product_key="", notes="", cost="0", qty="1")
    shown = document(item(cost="0", qty="0"), blank, item(notes="Last"), blank)
    assert [row[:5] for row in shown.tables[0].rows] == [
        ("DEV", "Development hour", "", "", ""),
        ("DEV", "Last", "$95.00", "8", "$760.00"),
    ]
    assert len(document(blank, blank).tables[0].rows) == 1


def test_an_invoice_without_lines_has_an_empty_table() -> None:
    shown = build(invoice() | {"invoice_items": []}, client(), None, account())
    assert [len(table.rows) for table in shown.tables] == [0]


def test_chosen_fields() -> None:
    layout = json.dumps(
        {
            "account_fields1": ["account.company_name", ".blank", "account.phone", "account.account_key"],
            "account_fields2": [],
            "client_fields": [
                "client.contact_name",
                "client.postal_city_state",
                "client.phone",
                "client.private_notes",
            ],
            "invoice_fields": ["invoice.invoice_total", "invoice.outstanding", ".blank"],
        }
    )
    shown = document(owner=account(invoice_fields=layout), payer=client(private_notes="secret"))
    assert shown.company == ("Northwind Studio", "")
    assert shown.address == ()
    assert shown.client == ("Jane Doe", "62701 Springfield, IL", "555")
    assert shown.details == (("Invoice Total", "$760.00"), ("Outstanding", "$900.00"), ("", ""))


def test_custom_values_need_a_label() -> None:
    fields = {"client1": "Region|n,s", "invoice_text1": "Project", "account2": "Tax office"}
    owner = account(custom_fields=json.dumps(fields), custom_value1="hidden", custom_value2="Berlin-Mitte")
    shown = document(owner=owner, custom_text_value1="Relaunch", custom_text_value2="hidden")
    assert "Region: North" in shown.client
    assert shown.address[-1] == "Tax office: Berlin-Mitte"
    assert shown.details[-1] == ("Project", "Relaunch")
    assert "hidden" not in repr(shown)


def test_numbers_carry_only_labels_of_the_accounts_own() -> None:
    shown = document(owner=account(invoice_labels='{"id_number": "Reg. no.", "invoice": "Bill"}'))
    assert "Reg. no.: HRB 1" in shown.company
    assert "Reg. no.: C-7" in shown.client
    assert shown.title == "BILL"


def test_the_contact_stands_in_for_a_client_without_name() -> None:
    nameless = client(name="", contacts=[contact(first_name="", last_name="")])
    assert [line for line in document(payer=nameless).client if "@" in line] == ["jane@acme.test"]
    chosen = build(invoice(), nameless, contact(first_name="Max", last_name=""), account())
    assert chosen.client[0] == "Max"


def test_german_client_of_an_american_account() -> None:
    shown = document(
        item(cost="1234.5", qty="1.5"),
        payer=client(language_id=3, currency_id=3, country_id=276, state=""),
        amount="1851.75",
        balance="1851.75",
    )
    assert shown.title == "RECHNUNG"
    assert shown.language == "de"
    assert shown.tables[0].rows[0][2:] == ("1.234,50 €", "1,5", "1.851,75 €")
    assert "62701 Springfield" in shown.client
    assert shown.page_label == "Seite {page} von {pages}"


def test_templates_show_no_coded_due_date() -> None:
    shown = document(is_recurring=True, invoice_number="", due_date="1998-01-15")
    assert [label for label, _ in shown.details] == ["PO Number", "Invoice Date", "Balance Due"]


def test_style_takes_only_what_can_be_drawn() -> None:
    owner = account(primary_color="#a1B2c3", secondary_color="red;}", font_size=None, page_size="Letter")
    style = document(owner=owner, invoice_design_id=12).style
    assert (style.design_id, style.primary_color, style.secondary_color) == (1, "#a1B2c3", "")
    assert (style.font_size, style.page_size) == (9, "Letter")
    assert document(invoice_design_id=10).style.design_id == 10


@pytest.mark.parametrize(
    ("number", "language", "quote", "expected"),
    [
        ("0001", "en", False, "Invoice_0001.pdf"),
        ("0001", "de", True, "Angebot_0001.pdf"),
        ("0001", "pt_BR", True, "Orcamento_0001.pdf"),
        ("2026/11 #5", "en", False, "Invoice_2026-11-5.pdf"),
        ('x"\r\nSet-Cookie: a=b', "en", False, "Invoice_x-Set-Cookie-a-b.pdf"),
        ("../../etc/passwd", "en", False, "Invoice_etc-passwd.pdf"),
        ("№", "en", False, "Invoice_No.pdf"),
        ("", "en", False, "Invoice.pdf"),
    ],
)
def test_file_names(number: str, language: str, quote: bool, expected: str) -> None:
    assert file_name({"invoice_number": number, "is_quote": quote}, language) == expected


def test_fingerprint_changes_with_everything_shown() -> None:
    marks = {
        fingerprint(shown)
        for shown in (
            document(),
            document(public_notes="Other"),
            document(item(qty="9")),
            document(owner=account(primary_color="#000000")),
            build(invoice(), client(), None, account(), b"logo"),
            build(invoice(), client(), None, account(), b""),
        )
    }
    assert len(marks) == 6
    assert fingerprint(document()) == fingerprint(document())


ANY_TEXT = st.text(st.characters(), max_size=60)


@given(words=st.lists(ANY_TEXT, min_size=8, max_size=8))
def test_any_text_becomes_a_document(words: list[str]) -> None:
    a, b, c, d, e, f, g, h = words
    shown = build(
        invoice(item(product_key=a, notes=b), invoice_number=c, public_notes=d, tax_name1=e, tax_rate1="5"),
        client(name=f),
        contact(first_name=g),
        account(invoice_fields=h, invoice_labels=h, custom_fields=h),
    )
    assert len(fingerprint(shown)) == 64
    assert file_name({"invoice_number": c}, "en").isascii()
