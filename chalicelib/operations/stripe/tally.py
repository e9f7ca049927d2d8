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
# A refund or dispute never goes back to an earlier status; what comes late is older news. Of two statuses
# that are both an end, the one that Stripe told last holds: a lost dispute can still be won.
_RANKS = {"pending": 1, "succeeded": 2, "failed": 3, "canceled": 3, "won": 2, LOST: 2, "warning_closed": 2}


@dataclass(slots=True)
class Part:
    """A refund or a dispute, as told `at` a time; `told` is the status that an event of ours was made of.

    `currency` is empty in rows from before it was kept, and then the charge's.
    """

    amount: int
    status: str
    reason: str = ""
    told: str = ""
    currency: str = ""
    at: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        return _RANKS.get(self.status, 0), self.at


@dataclass(slots=True)
class Tally:
    """`payment` is the id of ours, 0 while there is none; `credit` that of the credit made of a surplus.

    `currency` is the charge's, once known; a dispute may be told of in another. `received`, `credit_taken`
    and `counted` are amounts as decimal text: what came in, what of the surplus went back, and how much was
    known to have gone back when that was last entered. `refunded` is what Stripe said in all; it and the
    parts are in the smallest unit. `failures` are the attempts that were told of.
    """

    payment: int = 0
    credit: int = 0
    currency: str = ""
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
        if fact.happened is not Happened.DISPUTE:
            self.currency = fact.currency
        if fact.happened is Happened.REFUNDED:
            self.refunded = max(self.refunded, fact.amount)
            return
        parts = self.refunds if fact.happened is Happened.REFUND else self.disputes
        known = parts.get(fact.part)
        part = Part(fact.amount, fact.status, fact.reason, currency=fact.currency, at=fact.at)
        if known is None:
            parts[fact.part] = part
        elif part.rank >= known.rank:
            part.told = known.told
            parts[fact.part] = part

    def gone_back(self, currency: str) -> int:
        """All that went back of a charge in this currency, by refunds and lost disputes.

        Refunds may be told of singly, as a sum, or both ways; a sum still holds those that failed later. What
        a dispute in another currency took away cannot be said in this one.
        """
        single = sum(part.amount for part in self.refunds.values() if part.status in COUNTED)
        undone = sum(part.amount for part in self.refunds.values() if part.status in UNDONE)
        ours = [part for part in self.disputes.values() if part.currency in ("", currency)]
        lost = sum(part.amount for part in ours if part.status == LOST)
        return max(single, self.refunded - undone) + lost

    def is_new_failure(self, attempt: str) -> bool:
        """Whether a failed attempt was not told of yet; it then counts as told."""
        if attempt in self.failures:
            return False
        self.failures = [*self.failures[-MOST_FAILURES:], attempt]
        return True
