"""What a mail tells programs about its invoice (http.md 8.4): JSON-LD, shown by some as a card or button."""

from __future__ import annotations

import json

from chalicelib.render.context import Context, is_quote
from chalicelib.render.mail.model import Occasion

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
"""What could end the element that the JSON stands in; the rest of it is ASCII."""


def script(account_name: str, occasion: Occasion, context: Context) -> str:
    """schema.org's Invoice with the action to view it, as an element of the page's head."""
    text = json.dumps(_invoice(account_name, occasion, context)).translate(_ESCAPES)
    return f'<script type="application/ld+json">{text}</script>\n'


def _invoice(account_name: str, occasion: Occasion, context: Context) -> dict[str, object]:
    label = context.labels["view_quote" if is_quote(context.invoice) else "view_invoice"]
    partial, balance = context.amount("partial"), context.amount("balance")
    due = str(context.invoice.get("partial_due_date") or context.invoice.get("due_date") or "")
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Invoice",
        "accountId": str(context.invoice.get("invoice_number") or ""),
        "paymentStatus": "https://schema.org/PaymentDue"
        if balance > 0
        else "https://schema.org/PaymentComplete",
        "provider": {"@type": "Organization", "name": account_name},
        "totalPaymentDue": {
            "@type": "PriceSpecification",
            "price": f"{partial if partial > 0 else balance:f}",
            "priceCurrency": str(context.locale.currency["code"]),
        },
        "potentialAction": {
            "@type": "ViewAction",
            "url": occasion.link,
            "target": occasion.link,
            "name": label,
        },
    }
    return found | ({"paymentDueDate": due} if due else {})
