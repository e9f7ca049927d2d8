"""Requests as a small business sends them, with texts of usual length."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api

LINES: tuple[tuple[str, str, str, str], ...] = (
    ("CONS-01", "On-site consulting, network planning for the second floor", "115", "6.5"),
    ("TRAVEL", "Travel to Leeds and back, 182 miles", "0.45", "182"),
    ("HW-2210", "24 port switch, rack mounted, with power over Ethernet", "389.9", "2"),
    ("HW-1187", "Wireless access point, ceiling mount", "129.5", "7"),
    ("CABLE-6A", "Cat 6A cable, laid and measured, per metre", "3.2", "240"),
    ("LABOUR", "Mounting and wiring by two technicians", "78", "16"),
    ("CONF-ST", "Configuration of firewall rules and guest network", "115", "4"),
    ("DOC", "Handbook and floor plan with all outlets", "240", "1"),
    ("SUP-GOLD", "Support contract, first quarter, next business day", "199", "3"),
    ("WASTE", "Disposal of old equipment", "60", "1"),
)

WORDY = (
    "Replaced the worn bearings of the main conveyor and aligned both rollers (12 March)",
    "Quarterly inspection of the cooling plant with a written report, as ordered by Ms Okafor",
    "Translation of the user handbook from English into Dutch, 34 pages, incl. layout",
    "Design of a landing page with three variants and icons, hand-over of all sources",
    "Pruning of eleven apple trees, clippings taken away",
    "Courier service to the laboratory, refrigerated box, morning and evening",
    "Photographs of the new kitchen range, retouched, usage for five years",
    "Two-day workshop about data protection for the sales team with course material",
    "Spare part, pump seal 40 mm, with gasket",
    "Overnight stay and breakfast in Utrecht",
)

CLIENT = {
    "name": "Harrow & Finch Interiors Ltd",
    "address1": "48 Mill Lane",
    "city": "Sheffield",
    "state": "South Yorkshire",
    "postal_code": "S3 8GG",
    "country_id": 826,
    "work_phone": "+44 114 496 0752",
    "website": "https://harrowfinch.example.org",
    "vat_number": "GB 293 8847 16",
    "payment_terms": 30,
    "contacts": [
        {"first_name": "Priya", "last_name": "Raman", "email": "priya.raman@harrowfinch.example.org"},
    ],
}


def lines(count: int) -> list[dict[str, Any]]:
    """Taxed lines; from the eleventh on they repeat with another place."""
    rows = []
    for number in range(count):
        key, notes, cost, qty = LINES[number % len(LINES)]
        place = f", building {number // len(LINES) + 1}" if number >= len(LINES) else ""
        row = {"product_key": key, "notes": notes + place, "cost": cost, "qty": qty}
        rows.append({**row, "tax_name1": "VAT", "tax_rate1": "20"})
    return rows


def wordy_lines() -> list[dict[str, Any]]:
    """Ten longer lines that have nothing in common, with unround amounts."""
    return [
        {
            "product_key": f"P{number * 7919 % 10_007:05d}",
            "notes": notes,
            "cost": f"{number * 37.35 + 12:.2f}",
            "qty": number + 1,
            "tax_name1": "BTW hoog",
            "tax_rate1": "21",
        }
        for number, notes in enumerate(WORDY)
    ]


def invoice(client: int, count: int = 10, **more: Any) -> dict[str, Any]:
    body = {
        "client_id": client,
        "invoice_date": "2026-03-02",
        "due_date": "2026-04-01",
        "po_number": "PO-77120",
        "public_notes": "As agreed with Priya on the phone.",
        "terms": "Payment within 30 days of the invoice date.",
        "invoice_items": lines(count),
    }
    return body | more


def stocked(api: Api) -> int:
    """Opens an account that has the products of all lines and one client; answers the client's id."""
    api.register()
    for row in lines(len(LINES)):
        names = ("product_key", "notes", "cost", "tax_name1", "tax_rate1")
        api.post("/products", {name: row[name] for name in names}).data  # noqa: B018  (asserts success)
    number: int = api.post("/clients", CLIENT).data["id"]
    return number
