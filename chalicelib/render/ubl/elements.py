"""Writing elements of UBL: in its order, with texts that XML can carry."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from decimal import Decimal

from chalicelib.billing.money import cents, decimal_text

NAMESPACES = {
    "xmlns": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "xmlns:cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "xmlns:cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Writer:
    """Adds children to an element. `currency` goes with every amount."""

    def __init__(self, element: ET.Element, currency: str) -> None:
        self.element = element
        self._currency = currency

    def part(self, name: str) -> Writer:
        """A new aggregate."""
        return Writer(ET.SubElement(self.element, f"cac:{name}"), self._currency)

    def text(self, name: str, text: object, attributes: Mapping[str, str] | None = None) -> None:
        """A basic element, unless the text is empty."""
        clean = _NOT_XML.sub("", str(text or "")).strip()
        if clean:
            ET.SubElement(self.element, f"cbc:{name}", dict(attributes or {})).text = clean

    def amount(self, name: str, amount: Decimal) -> None:
        """Money, to the cent."""
        self.text(name, f"{cents(amount):f}", {"currencyID": self._currency})

    def number(self, name: str, number: Decimal, attributes: Mapping[str, str] | None = None) -> None:
        self.text(name, decimal_text(number), attributes)

    def price(self, name: str, price: Decimal) -> None:
        """Money with as many decimals as it has."""
        self.text(name, decimal_text(price), {"currencyID": self._currency})


def invoice(currency: str) -> Writer:
    return Writer(ET.Element("Invoice", NAMESPACES), currency)


def encoded(writer: Writer) -> bytes:
    return bytes(ET.tostring(writer.element, encoding="utf-8", xml_declaration=True))
