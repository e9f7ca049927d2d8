"""The UBL document: header, parties, taxes, totals and lines, in the order of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.data import by_id
from chalicelib.render.context import Context, context_of, is_quote
from chalicelib.render.invoice import file_name as pdf_name
from chalicelib.render.lines import TASK
from chalicelib.render.names import client_name, contact_name
from chalicelib.render.ubl.amounts import Amounts, Row, Tax, amounts
from chalicelib.render.ubl.elements import Writer, encoded, invoice

INVOICE, CREDIT, PROFORMA = "380", "381", "325"
PIECE, HOUR = "C62", "HUR"
"""Units of UN/ECE recommendation 20."""


def write(
    record: Mapping[str, Any],
    client: Mapping[str, Any],
    contact: Mapping[str, Any] | None,
    account: Mapping[str, Any],
    sender: Mapping[str, Any],
) -> bytes:
    """The XML of an invoice or quote; empty without lines, which UBL must have. Records as for documents."""
    context = context_of(record, client, contact, account)
    found = amounts(context)
    if not found.rows:
        return b""
    root = invoice(str(context.locale.currency["code"]))
    _header(root, context)
    name = str(account.get("name") or "") or contact_name(sender)
    _party(
        root.part("AccountingSupplierParty"), name, account, {**sender, "phone": account.get("work_phone")}
    )
    buyer = client_name(client, context.contact)
    _party(root.part("AccountingCustomerParty"), buyer, client, context.contact)
    if record.get("terms"):
        root.part("PaymentTerms").text("Note", record["terms"])
    for reason, amount in found.charges:
        _charge(root, reason, amount)
    _tax_total(root, found.taxes)
    _totals(root, found)
    for place, row in enumerate(found.rows, 1):
        _line(root, place, row)
    return encoded(root)


def file_name(record: Mapping[str, Any], language: str) -> str:
    return pdf_name(record, language).removesuffix("pdf") + "xml"


def _header(root: Writer, context: Context) -> None:
    record = context.invoice
    root.text("UBLVersionID", "2.1")
    root.text("ID", record.get("invoice_number"))
    root.text("IssueDate", record.get("invoice_date"))
    root.text("DueDate", "" if is_quote(record) else record.get("due_date"))
    root.text("InvoiceTypeCode", _type(context))
    root.text("Note", record.get("public_notes"))
    root.text("DocumentCurrencyCode", context.locale.currency["code"])
    if record.get("po_number"):
        root.part("OrderReference").text("ID", record["po_number"])


def _type(context: Context) -> str:
    """v4 calls a quote an invoice, which whoever gets it might book."""
    if is_quote(context.invoice):
        return PROFORMA
    return CREDIT if context.amount("amount") < 0 else INVOICE


def _party(holder: Writer, name: str, owner: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
    party = holder.part("Party")
    if owner.get("id_number"):
        party.part("PartyIdentification").text("ID", owner["id_number"])
    party.part("PartyName").text("Name", name or "-")
    _address(party.part("PostalAddress"), owner)
    if owner.get("vat_number"):
        scheme = party.part("PartyTaxScheme")
        scheme.text("CompanyID", owner["vat_number"])
        scheme.part("TaxScheme").text("ID", "VAT")
    party.part("PartyLegalEntity").text("RegistrationName", name or "-")
    person = party.part("Contact")
    person.text("Name", contact_name(contact))
    person.text("Telephone", contact.get("phone"))
    person.text("ElectronicMail", contact.get("email"))


def _address(address: Writer, owner: Mapping[str, Any]) -> None:
    address.text("StreetName", owner.get("address1"))
    address.text("BuildingName", owner.get("address2"))
    address.text("CityName", owner.get("city"))
    address.text("PostalZone", owner.get("postal_code"))
    address.text("CountrySubentity", owner.get("state"))
    country = by_id("countries", int(owner.get("country_id") or 0))
    if country:
        address.part("Country").text("IdentificationCode", country["iso_3166_2"])


def _charge(root: Writer, reason: str, amount: Decimal) -> None:
    charge = root.part("AllowanceCharge")
    charge.text("ChargeIndicator", "true" if amount > 0 else "false")
    charge.text("AllowanceChargeReason", reason)
    charge.amount("Amount", abs(amount))


def _tax_total(holder: Writer, taxes: tuple[Tax, ...]) -> None:
    total = holder.part("TaxTotal")
    total.amount("TaxAmount", sum((tax.amount for tax in taxes), Decimal(0)))
    for tax in taxes:
        subtotal = total.part("TaxSubtotal")
        subtotal.amount("TaxableAmount", tax.base)
        subtotal.amount("TaxAmount", tax.amount)
        _category(subtotal.part("TaxCategory"), tax)


def _category(category: Writer, tax: Tax) -> None:
    """Standard, or exempt for the reason that a tax of nothing is named by."""
    category.text("ID", "S" if tax.rate else "E")
    category.text("Name", tax.name)
    category.number("Percent", tax.rate)
    category.text("TaxExemptionReason", "" if tax.rate else tax.name)
    category.part("TaxScheme").text("ID", "VAT")


def _totals(root: Writer, found: Amounts) -> None:
    total = root.part("LegalMonetaryTotal")
    total.amount("LineExtensionAmount", found.lines)
    total.amount("TaxExclusiveAmount", found.exclusive)
    total.amount("TaxInclusiveAmount", found.inclusive)
    total.amount("AllowanceTotalAmount", found.allowed)
    total.amount("ChargeTotalAmount", found.added)
    total.amount("PrepaidAmount", found.inclusive - found.balance)
    total.amount("PayableAmount", found.balance)


def _line(root: Writer, place: int, row: Row) -> None:
    line = root.part("InvoiceLine")
    unit = HOUR if row.item.get("invoice_item_type_id") == TASK else PIECE
    line.text("ID", str(place))
    line.number("InvoicedQuantity", row.qty, {"unitCode": unit})
    line.amount("LineExtensionAmount", row.net)
    if row.discount:
        _charge(line, "", -row.discount)
    taxes = tuple(tax for tax in row.taxes if tax.name or tax.rate)
    if taxes:
        _tax_total(line, taxes)
    item = line.part("Item")
    item.text("Description", row.item.get("notes"))
    item.text("Name", row.item.get("product_key") or row.item.get("notes") or "-")
    for tax in taxes:
        _category(item.part("ClassifiedTaxCategory"), tax)
    line.part("Price").price("PriceAmount", row.price)
