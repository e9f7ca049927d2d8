"""What is known of one charge, from events that may come twice, late and in any order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from chalicelib.operations.shape import Data
from chalicelib.operations.stripe.events import Fact, Happened

MOST_FAILURES = 20
COUNTED = ("pending", "succeeded")
UNDONE = ("failed", "canceled")
LOST = "lost"
# A refund or dispute never goes back to an earlier status; what comes late is older news.
_RANKS = {"pending": 1, "succeeded": 2, "failed": 3, "canceled": 3, "won": 2, LOST: 2, "warning_closed": 2}


@dataclass(slots=True)
class Part:
    """A refund or a dispute. `told` is the status that an event was made of."""

    amount: int
    status: str
    reason: str = ""
    told: str = ""


@dataclass(slots=True)
class Tally:
    """`payment` is the id of ours, 0 while there is none; `credit` that of the credit made of a surplus.

    `received`, `credit_taken` and `counted` are amounts as decimal text: what came in, what of the surplus
    went back, and how much was known to have gone back when that was last entered. `refunded` is what Stripe
    said in all; it and the parts are in the smallest unit. `failures` are the attempts that were told of.
    """

    payment: int = 0
    credit: int = 0
    received: str = "0"
    credit_taken: str = "0"
    counted: str = "0"
    refunded: int = 0
    refunds: dict[str, Part] = field(default_factory=dict)
    disputes: dict[str, Part] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    unmatched: bool = False

    @classmethod
    def of(cls, kept: Data | None) -> Tally:
        known: dict[str, Any] = dict(kept or {})
        for name in ("refunds", "disputes"):
            known[name] = {key: Part(**part) for key, part in known.get(name, {}).items()}
        return cls(**known)

    def kept(self) -> Data:
        return asdict(self)

    def learn(self, fact: Fact) -> None:
        """Take in what was said of money that goes back."""
        if fact.happened is Happened.REFUNDED:
            self.refunded = max(self.refunded, fact.amount)
            return
        parts = self.refunds if fact.happened is Happened.REFUND else self.disputes
        known = parts.get(fact.part)
        if known is None or _RANKS.get(fact.status, 0) >= _RANKS.get(known.status, 0):
            parts[fact.part] = Part(fact.amount, fact.status, fact.reason, known.told if known else "")

    def gone_back(self) -> int:
        """All that went back, by refunds and lost disputes.

        Refunds may be told of singly, as a sum, or both ways; a sum still holds those that failed later.
        """
        single = sum(part.amount for part in self.refunds.values() if part.status in COUNTED)
        undone = sum(part.amount for part in self.refunds.values() if part.status in UNDONE)
        lost = sum(part.amount for part in self.disputes.values() if part.status == LOST)
        return max(single, self.refunded - undone) + lost

    def is_new_failure(self, attempt: str) -> bool:
        """Whether a failed attempt was not told of yet; it then counts as told."""
        if attempt in self.failures:
            return False
        self.failures = [*self.failures[-MOST_FAILURES:], attempt]
        return True
