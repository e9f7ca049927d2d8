"""Date words in document texts: `:MONTH`, `:QUARTER` and `:YEAR`, each with an optional offset."""

import re
from collections.abc import Callable
from datetime import date

# Four digits at most, so that no text can ask for an unbounded number.
_TOKEN = re.compile(r":(MONTH|QUARTER|YEAR)([+-][0-9]{0,4})?")


def expand(text: str, today: date, month_name: Callable[[int], str]) -> str:
    """`text` with its date words replaced; `month_name` maps 1 to 12 to the reader's language (billing 1.5).

    Months and quarters wrap around within the year without carrying into `:YEAR`.
    """

    def replacement(found: re.Match[str]) -> str:
        offset = _offset(found[2])
        if found[1] == "MONTH":
            return month_name((today.month - 1 + offset) % 12 + 1)
        if found[1] == "QUARTER":
            return f"Q{((today.month - 1) // 3 + offset) % 4 + 1}"
        return str(today.year + offset)

    return _TOKEN.sub(replacement, text)


def _offset(text: str | None) -> int:
    return int(text) if text and len(text) > 1 else 0
