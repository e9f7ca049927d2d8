"""Dates in the PHP notation that account formats and number patterns are written in."""

import re
from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_LETTER = re.compile(r"\\(.)|([A-Za-z])", re.DOTALL)
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}[0-9:.]*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def php_date(fmt: str, value: date | datetime) -> str:
    """`value` by PHP's format letters, with English names as v4 prints them; a backslash quotes a letter.

    A plain date counts as its midnight, a time without zone as UTC. Letters PHP does not know stay.
    """
    moment = (
        value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    )
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def written(found: re.Match[str]) -> str:
        write = _WRITERS.get(found[2] or "")
        return write(aware) if write else found[1] or found[0]

    return _LETTER.sub(written, fmt)


def parse_php_date(text: str, fmt: str) -> date | None:
    """The date that `text` spells exactly by `fmt`, or None: wrong shape, no such day, or the wrong weekday.

    Like PHP, days and months may lack their leading zero, and short and long month names are alike.
    """
    pattern = _parser(fmt)
    found = pattern.fullmatch(text) if pattern else None
    if not found:
        return None
    parts = found.groupdict()
    try:
        day = date(_year(parts), _month(parts), int(parts["day"]))
    except (KeyError, ValueError):
        return None
    weekday = parts.get("weekday")
    return day if weekday is None or DAYS[day.weekday()].startswith(weekday.title()) else None


def parse_date(text: str, account_format: str) -> str:
    """ISO date of a date in the account's format or in ISO form, a time of day dropped; "" stays "".

    ValueError: any other text (v4 would store a zero date).
    """
    text = text.strip()
    if not text:
        return ""
    if day := parse_php_date(text, account_format):
        return day.isoformat()
    found = _ISO.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a date")
    return date.fromisoformat(found[1]).isoformat()


def _year(parts: dict[str, str]) -> int:
    if "year" in parts:
        return int(parts["year"])
    short = int(parts["short_year"])
    return short + (2000 if short < 70 else 1900)


def _month(parts: dict[str, str]) -> int:
    if "month" in parts:
        return int(parts["month"])
    name = parts["month_name"].title()
    return next(i for i, month in enumerate(MONTHS, 1) if name in (month, month[:3]))


def _ordinal(day: int) -> str:
    if day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _offset(moment: datetime, separator: str) -> str:
    minutes = _offset_seconds(moment) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


def _offset_seconds(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta()).total_seconds())


_WRITERS: dict[str, Callable[[datetime], str]] = {
    "d": lambda m: f"{m.day:02}",
    "D": lambda m: DAYS[m.weekday()][:3],
    "j": lambda m: str(m.day),
    "l": lambda m: DAYS[m.weekday()],
    "N": lambda m: str(m.isoweekday()),
    "S": lambda m: _ordinal(m.day),
    "w": lambda m: str(m.isoweekday() % 7),
    "z": lambda m: str(m.timetuple().tm_yday - 1),
    "W": lambda m: f"{m.isocalendar().week:02}",
    "F": lambda m: MONTHS[m.month - 1],
    "m": lambda m: f"{m.month:02}",
    "M": lambda m: MONTHS[m.month - 1][:3],
    "n": lambda m: str(m.month),
    "t": lambda m: str(monthrange(m.year, m.month)[1]),
    "L": lambda m: str(int(isleap(m.year))),
    "o": lambda m: str(m.isocalendar().year),
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "a": lambda m: "am" if m.hour < 12 else "pm",
    "A": lambda m: "AM" if m.hour < 12 else "PM",
    "g": lambda m: str(m.hour % 12 or 12),
    "G": lambda m: str(m.hour),
    "h": lambda m: f"{m.hour % 12 or 12:02}",
    "H": lambda m: f"{m.hour:02}",
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "u": lambda m: f"{m.microsecond:06}",
    "v": lambda m: f"{m.microsecond // 1000:03}",
    "e": lambda m: str(m.tzinfo),
    "I": lambda m: str(int(bool(m.dst()))),
    "O": lambda m: _offset(m, ""),
    "P": lambda m: _offset(m, ":"),
    "T": lambda m: m.tzname() or "UTC",
    "Z": lambda m: str(_offset_seconds(m)),
    "U": lambda m: str(int(m.timestamp())),
    "c": lambda m: m.isoformat(timespec="seconds"),
    "r": lambda m: php_date("D, d M Y H:i:s O", m),
}

_DAY, _MONTH = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})"
_MONTH_NAME = "(?P<month_name>" + "|".join(f"{name}|{name[:3]}" for name in MONTHS) + ")"
_WEEKDAY = "(?P<weekday>" + "|".join(f"{name}|{name[:3]}" for name in DAYS) + ")"
_READERS = {
    "d": _DAY,
    "j": _DAY,
    "m": _MONTH,
    "n": _MONTH,
    "M": _MONTH_NAME,
    "F": _MONTH_NAME,
    "D": _WEEKDAY,
    "l": _WEEKDAY,
    "S": "(?:st|nd|rd|th)",
    "Y": r"(?P<year>[0-9]{4})",
    "y": r"(?P<short_year>[0-9]{2})",
}


@lru_cache(maxsize=64)
def _parser(fmt: str) -> re.Pattern[str] | None:
    """None for a format that does not spell a date: other letters, or one part twice."""
    pattern, end = "", 0
    for found in _LETTER.finditer(fmt):
        letter = found[2]
        if letter and letter not in _READERS:
            return None
        pattern += re.escape(fmt[end : found.start()]) + (_READERS[letter] if letter else re.escape(found[1]))
        end = found.end()
    try:
        return re.compile(pattern + re.escape(fmt[end:]), re.IGNORECASE | re.ASCII)
    except re.error:
        return None
