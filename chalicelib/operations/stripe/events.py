"""Reading Stripe's events: what each one says of one charge. Nothing is stored or looked up here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

LONGEST_ID = 255
LARGEST = 10**15

CARD = 13
"""The payment type of a card whose brand is not known."""
BRANDS = {
    "visa": 6, "mastercard": 7, "amex": 8, "discover": 9, "diners": 10, "jcb": 19, "unionpay": 18,
}  # fmt: skip
METHODS = {"card": CARD, "us_bank_account": 5, "ach_debit": 5, "alipay": 28, "sofort": 29, "sepa_debit": 30}
"""v4's payment types (billing 5.2)."""


class Malformed(ValueError):
    """Not an event of Stripe's."""


class Happened(StrEnum):
    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    """`amount` is all that was refunded so far."""
    REFUND = "refund"
    """One refund, which `part` names; `status` is its own."""
    DISPUTE = "dispute"
    """Likewise a dispute."""
    OTHER = "other"


@dataclass(frozen=True)
class Fact:
    """`event` is the event's id, `charge` the payment intent, or the charge where there is none.

    `references` are the names by which a payment may already be known, the preferred one first. `amount` is
    in the smallest unit of `currency`. `at` is when Stripe made the event (epoch seconds).
    """

    event: str
    happened: Happened
    at: int = 0
    charge: str = ""
    references: tuple[str, ...] = ()
    amount: int = 0
    currency: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    payment_type: int = 0
    part: str = ""
    status: str = ""
    reason: str = ""


def read(event: Any) -> Fact:
    """Malformed."""
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise Malformed("data")
    told, number = event["data"].get("object"), _id(event, "id")
    if not isinstance(told, dict) or not number:
        raise Malformed("object")
    reader = _READERS.get(str(event.get("type")))
    if reader is None:
        return Fact(number, Happened.OTHER)
    return replace(reader(number, told), at=_amount(event, "created"))


def _intent(happened: Happened) -> Callable[[str, dict[str, Any]], Fact]:
    def reader(event: str, told: dict[str, Any]) -> Fact:
        charge, method = _id(told, "latest_charge"), told.get("payment_method_types") or []
        error = told.get("last_payment_error")
        return _fact(
            event,
            happened,
            told,
            charge=_id(told, "id"),
            references=tuple(filter(None, (charge, _id(told, "id")))),
            amount=_amount(told, "amount_received" if happened is Happened.PAID else "amount"),
            payment_type=METHODS.get(str(method[0]), 0) if method else 0,
            reason=_reason(error, "message"),
        )

    return reader


def _charge(happened: Happened) -> Callable[[str, dict[str, Any]], Fact]:
    def reader(event: str, told: dict[str, Any]) -> Fact:
        if happened is Happened.PAID and told.get("captured") is False:
            return Fact(event, Happened.OTHER)
        charge, intent = _id(told, "id"), _id(told, "payment_intent")
        captured = _amount(told, "amount_captured" if told.get("amount_captured") else "amount")
        if happened is Happened.REFUNDED:
            # What was never captured counts as refunded with Stripe, but was never paid.
            refunded, released = _amount(told, "amount_refunded"), _amount(told, "amount") - captured
            captured = refunded - released if refunded >= released else refunded
        return _fact(
            event,
            happened,
            told,
            charge=intent or charge,
            references=tuple(filter(None, (charge, intent))),
            amount=captured,
            payment_type=_type_of(told.get("payment_method_details")),
            reason=_reason(told, "failure_message"),
        )

    return reader


def _part(happened: Happened) -> Callable[[str, dict[str, Any]], Fact]:
    def reader(event: str, told: dict[str, Any]) -> Fact:
        charge, intent = _id(told, "charge"), _id(told, "payment_intent")
        return _fact(
            event,
            happened,
            told,
            charge=intent or charge,
            references=tuple(filter(None, (charge, intent))),
            amount=_amount(told, "amount"),
            part=_id(told, "id"),
            status=str(told.get("status") or "")[:40],
            reason=_reason(told, "reason"),
        )

    return reader


def _fact(event: str, happened: Happened, told: dict[str, Any], **known: Any) -> Fact:
    metadata, currency = told.get("metadata"), told.get("currency")
    if not known["charge"] or not isinstance(currency, str) or len(currency) != 3:
        raise Malformed("charge or currency")
    return Fact(
        event,
        happened,
        currency=currency.upper(),
        metadata=metadata if isinstance(metadata, dict) else {},
        **known,
    )


def _id(told: Mapping[str, Any], name: str) -> str:
    """An id, from the object itself where Stripe has expanded it. Empty: there is none."""
    value = told.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    if value is None:
        return ""
    if (
        not isinstance(value, str)
        or len(value) > LONGEST_ID
        or not value.isascii()
        or not value.isprintable()
    ):
        raise Malformed(name)
    return value


def _amount(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise Malformed(name)
    return value


def _reason(told: Any, name: str) -> str:
    return str(told.get(name) or "")[:255] if isinstance(told, dict) else ""


def _type_of(details: Any) -> int:
    if not isinstance(details, dict):
        return 0
    method = str(details.get("type"))
    card = details.get("card")
    brand = str(card.get("brand")) if isinstance(card, dict) else ""
    return BRANDS.get(brand, CARD) if method == "card" else METHODS.get(method, 0)


_READERS: dict[str, Callable[[str, dict[str, Any]], Fact]] = {
    "payment_intent.succeeded": _intent(Happened.PAID),
    "charge.succeeded": _charge(Happened.PAID),
    "charge.captured": _charge(Happened.PAID),
    "payment_intent.payment_failed": _intent(Happened.FAILED),
    "charge.failed": _charge(Happened.FAILED),
    "charge.refunded": _charge(Happened.REFUNDED),
    "refund.created": _part(Happened.REFUND),
    "refund.updated": _part(Happened.REFUND),
    "refund.failed": _part(Happened.REFUND),
    "charge.refund.updated": _part(Happened.REFUND),
    "charge.dispute.created": _part(Happened.DISPUTE),
    "charge.dispute.updated": _part(Happened.DISPUTE),
    "charge.dispute.funds_withdrawn": _part(Happened.DISPUTE),
    "charge.dispute.funds_reinstated": _part(Happened.DISPUTE),
    "charge.dispute.closed": _part(Happened.DISPUTE),
}
