"""The static tables of v4 (currencies, countries, languages…): rows exactly as `GET /static` shows them.

Each JSON file holds one table in the order of its answer. Files are read when first asked for and kept;
the rows are shared, so callers must not change them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

Row = dict[str, Any]

_FOLDER = Path(__file__).parent

_STATIC_TABLES = {
    "currencies": "currencies",
    "sizes": "sizes",
    "industries": "industries",
    "timezones": "timezones",
    "dateFormats": "date_formats",
    "datetimeFormats": "datetime_formats",
    "languages": "languages",
    "paymentTypes": "payment_types",
    "countries": "countries",
    "invoiceDesigns": "invoice_designs",
    "invoiceStatus": "invoice_statuses",
    "frequencies": "frequencies",
    "gateways": "gateways",
    "gatewayTypes": "gateway_types",
    "fonts": "fonts",
    "banks": "banks",
}
_TRANSLATED = ("industries", "countries", "paymentTypes", "languages", "currencies")
LANGUAGES = frozenset({"en", "de", "es", "fr", "it", "nl", "pt"})
"""That `names/` has files of: names by table and id, where they differ from the English ones."""

# 4.5.50 without a licence offers four of the ten designs and the custom ones, and says so in its answer.
_OFFERED_DESIGNS = frozenset({1, 2, 3, 4, 11, 12, 13})


@cache
def load(path: str) -> Any:
    """The parsed content of a JSON file of this folder, by its path without the ending (`labels/en`)."""
    return orjson.loads((_FOLDER / f"{path}.json").read_bytes())


def table(name: str) -> list[Row]:
    """All rows of a table in the order of `GET /static`; the name is that of its file (`payment_types`)."""
    rows: list[Row] = load(name)
    return rows


def by_id(name: str, id: int) -> Row | None:  # noqa: A002
    """The row of a table with this id."""
    return _index(name, "id").get(id)


def currency_id_by_code(code: str) -> int | None:
    """The id of a currency by its ISO 4217 code in any case."""
    row = _index("currencies", "code").get(code.strip().upper())
    return None if row is None else int(row["id"])


def country_id_by_code(code: str) -> int | None:
    """The id of a country by its ISO 3166 code of two or three letters in any case."""
    key = code.strip().upper()
    row = _index("countries", "iso_3166_2").get(key) or _index("countries", "iso_3166_3").get(key)
    return None if row is None else int(row["id"])


def static_document() -> dict[str, list[Row]]:
    """The data of `GET /static`: 16 tables in v4's order (resources.md, section 6)."""
    document = {key: table(name) for key, name in _STATIC_TABLES.items()}
    document["invoiceDesigns"] = [row for row in document["invoiceDesigns"] if row["id"] in _OFFERED_DESIGNS]
    return document


def translated_static(language: str = "en") -> dict[str, list[Row]]:
    """The `static` part of an answer with `include_static`: five tables translated and sorted by name.

    `language` is a base code (`pt`); one without translations gets English.
    """
    names = load(f"names/{language if language in LANGUAGES else 'en'}")
    document = static_document()
    for key in _TRANSLATED:
        rows = [_translated(names.get(key, {}), row) for row in document[key]]
        document[key] = sorted(rows, key=lambda row: str(row["name"]).encode())
    return document


def _translated(names: dict[str, str], row: Row) -> Row:
    name = names.get(str(row["id"]))
    return row if name is None else {**row, "name": name}


@cache
def _index(name: str, column: str) -> dict[Any, Row]:
    return {row[column]: row for row in table(name)}
