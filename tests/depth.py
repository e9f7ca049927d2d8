"""How far the random and the exhaustive tests go.

`make test` runs each of them as far as its minutes allow, `make soak` (`DEPTH=full`) all the way. Both draw
the same cases from fixed seeds, so the first are among the second.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

FULL = os.environ.get("DEPTH") == "full"

Item = TypeVar("Item")


def times(full: int, quick: int) -> int:
    """How often to do something."""
    return full if FULL else quick


def every(step: int, items: Sequence[Item]) -> Sequence[Item]:
    """All of them, or each `step`th."""
    return items if FULL else items[::step]
