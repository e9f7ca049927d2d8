"""UBL invoices: the order of the schema, and figures that add up to the cent (http.md 8.10)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render import ubl
from chalicelib.render.context import context_of
from tests.render.records import account, client, contact, invoice, item

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
JANE = {"first_name": "Jane", "last_name": "Roe", "email": "jane@northwind.test"}
ORDER = {
    "Invoice": (
        "UBLVersionID ID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode OrderReference"
        " AccountingSupplierParty AccountingCustomerParty PaymentTerms AllowanceCharge TaxTotal"
        " LegalMonetaryTotal InvoiceLine"
    ),
    "Party": "PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
    "PostalAddress": "StreetName BuildingName CityName PostalZone CountrySubentity Country",
    "PartyTaxScheme": "CompanyID TaxScheme",
    "Contact": "Name Telephone ElectronicMail",
    "AllowanceCharge": "ChargeIndicator AllowanceChargeReason Amount",
    "TaxTotal": "TaxAmount TaxSubtotal",
    "TaxSubtotal": "TaxableAmount TaxAmount TaxCategory",
    "TaxCategory": "ID Name Percent TaxExemptionReason TaxScheme",
    "ClassifiedTaxCategory": "ID Name Percent TaxExemptionReason TaxScheme",
    "LegalMonetaryTotal": (
        "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount AllowanceTotalAmount ChargeTotalAmount"
        " PrepaidAmount PayableAmount"
    ),
    "InvoiceLine": "ID InvoicedQuantity LineExtensionAmount AllowanceCharge TaxTotal Item Price",
    "Item": "Description Name ClassifiedTaxCategory",
}
"""The children of each aggregate as UBL 2.1's schema has them."""
REPEATED = {"AllowanceCharge", "TaxSubtotal", "InvoiceLine", "ClassifiedTaxCategory"}


def written(record: dict[str, Any], **owner: Any) -> ET.Element:
    return ET.fromstring(ubl.write(record, client(), contact(), account(**owner), JANE))


def check_order(element: ET.Element) -> None:
    name = element.tag.partition("}")[2]
    children = [child.tag.partition("}")[2] for child in element]
    known = ORDER.get(name, " ".join(children)).split()
    assert children == sorted(children, key=known.index)
    assert len(children) == len(set(children)) or {c for c in children if children.count(c) > 1} <= REPEATED
    for child in element:
        assert child.tag == (CAC if len(child) else CBC) + child.tag.partition("}")[2] or not child.text
        check_order(child)


def money(element: ET.Element, path: str) -> Decimal:
    found = element.find(
        "/".join((CBC if part.endswith("Amount") else CAC) + part for part in path.split("/"))
    )
    assert found is not None
    assert found.text is not None
    assert found.get("currencyID") == "USD"
    return Decimal(found.text)


def texts(element: ET.Element, name: str) -> list[str | None]:
    return [found.text for found in element.iter(CBC + name)]


def check_sums(root: ET.Element) -> None:
    lines = root.findall(CAC + "InvoiceLine")
    total = {part: money(root, f"LegalMonetaryTotal/{part}") for part in ORDER["LegalMonetaryTotal"].split()}
    for line in lines:
        quantity = line.find(CBC + "InvoicedQuantity")
        price = money(line, "Price/PriceAmount")
        assert quantity is not None
        gross = (Decimal(quantity.text or "") * price).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert gross + charged(line) == money(line, "LineExtensionAmount")
    assert sum(money(line, "LineExtensionAmount") for line in lines) == total["LineExtensionAmount"]
    assert charged(root) == total["ChargeTotalAmount"] - total["AllowanceTotalAmount"]
    assert total["TaxExclusiveAmount"] == total["LineExtensionAmount"] + charged(root)
    subtotals = root.findall(f"{CAC}TaxTotal/{CAC}TaxSubtotal")
    assert sum(money(part, "TaxAmount") for part in subtotals) == money(root, "TaxTotal/TaxAmount")
    assert total["TaxInclusiveAmount"] == total["TaxExclusiveAmount"] + money(root, "TaxTotal/TaxAmount")
    assert total["PayableAmount"] == total["TaxInclusiveAmount"] - total["PrepaidAmount"]


def charged(element: ET.Element) -> Decimal:
    """The charges of an element less its allowances."""
    found = Decimal(0)
    for charge in element.findall(CAC + "AllowanceCharge"):
        sign = 1 if charge.findtext(CBC + "ChargeIndicator") == "true" else -1
        found += sign * money(charge, "Amount")
    return found


def test_an_invoice_with_everything() -> None:
    record = invoice(
        item(tax_name1="VAT", tax_rate1="19", discount="10"),
        item(cost="0", product_key="", notes=""),
        item(product_key="Talk", cost="50", qty="2", invoice_item_type_id=2),
        amount="954.06", balance="900", discount="5", tax_name1="City", tax_rate1="2", custom_value1="12",
    )  # fmt: skip
    root = written(record, vat_number="DE1", custom_fields={"invoice1": "Freight|a,b"})
    assert root.tag == "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
    check_order(root)
    check_sums(root)
    for name, expected in {
        "InvoiceTypeCode": ["380"],
        "IssueDate": ["2026-11-22"],
        "DueDate": ["2026-12-06"],
        "StreetName": ["Lindenstr. 12", "1 High Street"],
        "IdentificationCode": ["DE", "US"],
        "ElectronicMail": ["jane@northwind.test", "jane@acme.test"],
        "InvoicedQuantity": ["8", "2"],
        "AllowanceChargeReason": ["Discount", "Freight"],
        "CompanyID": ["DE1"],
        "PayableAmount": ["900.00"],
    }.items():
        assert texts(root, name) == expected, name
    assert root.findtext(CBC + "ID") == "0001"
    units = [found.get("unitCode") for found in root.iter(CBC + "InvoicedQuantity")]
    assert units == ["C62", "HUR"]


def test_kinds_of_documents() -> None:
    credit = invoice(item(cost="-95"), amount="-760", balance="-760")
    assert texts(written(credit), "InvoiceTypeCode") == ["381"]
    assert texts(written(credit), "PayableAmount") == ["-760.00"]
    assert texts(written(invoice(is_quote=True)), "InvoiceTypeCode") == ["325"]
    assert (
        ubl.write(invoice(item(cost="0", product_key="", notes="")), client(), None, account(), JANE) == b""
    )
    assert ubl.file_name(invoice(), "de") == "Rechnung_0001.xml"


def test_an_exemption_is_named() -> None:
    root = written(invoice(tax_name1="Reverse charge"))
    assert texts(root, "TaxExemptionReason") == ["Reverse charge"]
    assert [found.text for found in root.findall(f".//{CAC}TaxCategory/{CBC}ID")] == ["E"]


NUMBERS = st.decimals(-999, 9999, places=4).map(str)
RATES = st.sampled_from(["0", "7", "19", "5.5", "20"])
ITEMS = st.builds(
    item, cost=NUMBERS, qty=NUMBERS, discount=st.sampled_from(["0", "3.33", "10"]), tax_rate1=RATES,
    tax_name1=st.sampled_from(["", "VAT"]), tax_rate2=RATES,
)  # fmt: skip
TEXT = st.text(st.characters(), max_size=20)


@given(
    rows=st.lists(ITEMS, min_size=1, max_size=3),
    charges=st.fixed_dictionaries(
        {
            "discount": st.sampled_from(["0", "12.5", "-4"]),
            "is_amount_discount": st.booleans(),
            "tax_rate1": RATES,
            "custom_value1": st.sampled_from(["0", "9.99", "-3"]),
            "custom_taxes1": st.booleans(),
            "inclusive_taxes": st.booleans(),
            "public_notes": TEXT,
            "invoice_number": TEXT,
        }
    ),
)
def test_the_figures_add_up_to_those_of_the_document(rows: list[Any], charges: dict[str, Any]) -> None:
    record = invoice(*rows, **charges)
    amount = context_of(record, client(), contact(), account()).totals.amount
    root = written(record | {"amount": str(amount), "balance": str(amount)})
    check_order(root)
    check_sums(root)
    assert money(root, "LegalMonetaryTotal/PayableAmount") == amount
    assert money(root, "LegalMonetaryTotal/TaxInclusiveAmount") == amount
