from __future__ import annotations

import pytest

from chalicelib import data

STATIC_COUNTS = {
    "currencies": 104,
    "sizes": 6,
    "industries": 33,
    "timezones": 113,
    "dateFormats": 13,
    "datetimeFormats": 13,
    "languages": 32,
    "paymentTypes": 33,
    "countries": 249,
    "invoiceDesigns": 7,
    "invoiceStatus": 6,
    "frequencies": 10,
    "gateways": 68,
    "gatewayTypes": 13,
    "fonts": 20,
    "banks": 386,
}
FIELDS = {
    "currencies": "id name symbol precision thousand_separator decimal_separator code swap_currency_symbol"
    " exchange_rate",
    "timezones": "id name location",
    "dateFormats": "id format picker_format format_moment format_dart",
    "paymentTypes": "id name gateway_type_id",
    "countries": "id iso_3166_2 iso_3166_3 name swap_postal_code swap_currency_symbol thousand_separator"
    " decimal_separator",
    "invoiceDesigns": "id name javascript pdfmake",
    "gateways": "id created_at updated_at name provider visible payment_library_id sort_order recommended"
    " site_url is_offsite is_secure",
    "banks": "id name remote_id bank_library_id config",
}


def test_static_document_has_the_tables_of_v4_in_its_order() -> None:
    assert [(key, len(rows)) for key, rows in data.static_document().items()] == list(STATIC_COUNTS.items())


@pytest.mark.parametrize("key", FIELDS)
def test_rows_have_the_fields_of_v4_in_its_order(key: str) -> None:
    assert all(list(row) == FIELDS[key].split() for row in data.static_document()[key])


@pytest.mark.parametrize("key", STATIC_COUNTS)
def test_ids_are_unique(key: str) -> None:
    ids = [row["id"] for row in data.static_document()[key]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", ["industries", "countries", "paymentTypes", "languages", "currencies"])
def test_translated_tables_are_sorted_bytewise(key: str) -> None:
    names = [row["name"].encode() for row in data.translated_static()[key]]
    assert names == sorted(names)


def test_translation_renames_only_sepa() -> None:
    plain = data.static_document()
    for key, rows in data.translated_static().items():
        before = {row["id"]: row["name"] for row in plain[key] if "name" in row}
        changed = [
            (row["id"], row["name"]) for row in rows if "name" in row and row["name"] != before[row["id"]]
        ]
        assert changed == ([(30, "SEPA Direct Debit")] if key == "paymentTypes" else [])
    assert data.by_id("payment_types", 30) == {"id": 30, "name": "SEPA", "gateway_type_id": 9}


def test_translated_order_ends_where_bytes_end() -> None:
    translated = data.translated_static()
    assert translated["countries"][-1]["name"] == "Åland Islands"
    assert translated["paymentTypes"][-1]["name"] == "iZettle"


@pytest.mark.parametrize("language", sorted(data.LANGUAGES))
def test_every_language_names_the_same_rows(language: str) -> None:
    plain = data.static_document()
    for key, rows in data.translated_static(language).items():
        assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in plain[key])
        assert all(row["name"].strip() for row in rows if "name" in row)
    for key, names in data.load(f"names/{language}").items():
        assert names.keys() <= {str(row["id"]) for row in plain[key]}


def test_an_unknown_language_is_english() -> None:
    assert data.translated_static("xx") == data.translated_static("en") == data.translated_static()


def test_by_id() -> None:
    assert (data.by_id("currencies", 3) or {})["code"] == "EUR"
    assert (data.by_id("countries", 276) or {})["name"] == "Germany"
    assert (data.by_id("invoice_designs", 10) or {})["name"] == "Photo"
    assert data.by_id("currencies", 0) is None


@pytest.mark.parametrize(
    ("code", "expected"), [("EUR", 3), ("usd", 1), (" kwd ", 89), ("XXX", None), ("", None)]
)
def test_currency_by_code(code: str, expected: int | None) -> None:
    assert data.currency_id_by_code(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("DE", 276), ("deu", 276), ("us", 840), ("ZZ", None), ("", None)]
)
def test_country_by_code(code: str, expected: int | None) -> None:
    assert data.country_id_by_code(code) == expected


def test_three_decimal_currencies_keep_two() -> None:
    precision = {row["code"]: row["precision"] for row in data.table("currencies")}
    assert {precision[code] for code in ("KWD", "BHD", "OMR", "TND", "JOD")} == {"2"}
    assert set(precision.values()) == {"0", "2"}


def test_names_without_a_table_are_programming_errors() -> None:
    with pytest.raises(FileNotFoundError):
        data.table("nothing")
