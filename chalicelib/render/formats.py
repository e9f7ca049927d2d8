"""Stored values as readers see them: money, quantities and dates in the formats of client and account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.billing.dates import php_date
from chalicelib.billing.money import round_half_up
from chalicelib.data import Row, by_id, load
from chalicelib.render.languages import code_of, pick
from chalicelib.render.numbers import decimals_needed

US_DOLLAR = 1
EURO = 3
DEFAULT_DATE_FORMAT = "M j, Y"
_FINEST = 4


@dataclass(frozen=True, slots=True)
class Locale:
    """How one reader's values are written. Rows are those of the static tables."""

    currency: Row
    country: Row | None
    date_format: str
    language: str
    show_currency_code: bool


def locale_of(account: Mapping[str, Any], client: Mapping[str, Any] | None) -> Locale:
    """The formats for a client: currency, country and language are its own, else the account's (12.3)."""
    currency = by_id("currencies", _chosen("currency_id", client, account)) or by_id("currencies", US_DOLLAR)
    date_format = by_id("date_formats", _chosen("date_format_id", account))
    return Locale(
        currency=currency or {},
        country=by_id("countries", _chosen("country_id", client, account)),
        date_format=str(date_format["format"]) if date_format else DEFAULT_DATE_FORMAT,
        language=code_of(_chosen("language_id", client, account)),
        show_currency_code=bool(account.get("show_currency_code")),
    )


def money(amount: Decimal, locale: Locale) -> str:
    """An amount in the currency's precision with its symbol or code (billing.md 9.2): `$1,234.50`."""
    return _decorated(_digits(amount, int(locale.currency["precision"]), locale), locale)


def unit_cost(amount: Decimal, locale: Locale) -> str:
    """A price: as money, with up to four decimals where it has them."""
    places = decimals_needed(amount, int(locale.currency["precision"]), _FINEST)
    return _decorated(_digits(amount, places, locale), locale)


def quantity(amount: Decimal, locale: Locale) -> str:
    """A plain number with up to four decimals and the reader's separators."""
    return _digits(amount, decimals_needed(amount, 0, _FINEST), locale)


def percent(rate: Decimal, locale: Locale) -> str:
    """A rate: `19%`, `7.5%`."""
    return quantity(rate, locale) + "%"


def date(iso: str, locale: Locale) -> str:
    """An ISO date in the account's format with English names, as v4; empty for anything else."""
    try:
        value = dt.date.fromisoformat(iso[:10])
    except ValueError:
        return ""
    return php_date(locale.date_format, value)


def month_name(number: int, language: str) -> str:
    """The name of a month (1 to 12), English where the language has none here."""
    names: list[str] = pick(load("months"), language)
    return names[number - 1]


def _chosen(key: str, *sources: Mapping[str, Any] | None) -> int:
    return next((int(source[key]) for source in sources if source and source.get(key)), 0)


def _digits(amount: Decimal, places: int, locale: Locale) -> str:
    thousands, point = _separators(locale)
    whole, _, fraction = f"{round_half_up(amount, places):,.{places}f}".partition(".")
    return whole.replace(",", thousands) + (point + fraction if fraction else "")


def _decorated(digits: str, locale: Locale) -> str:
    symbol = str(locale.currency["symbol"])
    if locale.show_currency_code or not symbol:
        return f"{digits} {locale.currency['code']}"
    return f"{digits} {symbol.strip()}" if _symbol_behind(locale) else symbol + digits


def _separators(locale: Locale) -> tuple[str, str]:
    currency = locale.currency
    country = _euro_country(locale) or {}
    return (
        str(country.get("thousand_separator") or currency["thousand_separator"]),
        str(country.get("decimal_separator") or currency["decimal_separator"]),
    )


def _symbol_behind(locale: Locale) -> bool:
    return bool((_euro_country(locale) or locale.currency)["swap_currency_symbol"])


def _euro_country(locale: Locale) -> Row | None:
    """The country whose habits overrule the currency's: only the euro is written differently by country."""
    return locale.country if locale.currency["id"] == EURO else None
