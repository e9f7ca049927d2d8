from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.data import country_id_by_code, currency_id_by_code, table
from chalicelib.render.formats import Locale, date, locale_of, money, month_name, percent, quantity, unit_cost


def locale(currency: str = "USD", country: str = "", **account: object) -> Locale:
    return locale_of(
        {"currency_id": currency_id_by_code(currency), "country_id": country_id_by_code(country), **account},
        None,
    )


MONEY = [
    ("USD", "", "1234.5", "$1,234.50"),
    ("USD", "", "-1234.567", "$-1,234.57"),
    ("USD", "", "-0.001", "$0.00"),
    ("USD", "", "0", "$0.00"),
    ("USD", "", "1.005", "$1.01"),
    ("USD", "", "-1.005", "$-1.01"),
    ("USD", "DE", "1234.5", "$1,234.50"),
    ("EUR", "", "1234.5", "€1.234,50"),
    ("EUR", "DE", "1234.5", "1.234,50 €"),
    ("EUR", "IE", "1234.5", "€1,234.50"),
    ("EUR", "NL", "1234.5", "€1.234,50"),
    ("CHF", "", "1234.5", "1'234.50 CHF"),
    ("JPY", "", "1234.5", "¥1,235"),
    ("VND", "", "1234.5", "1.235 VND"),
    ("HUF", "", "1234.5", "1.235 Ft"),
    ("PLN", "", "1234.5", "1 234,50 zł"),
    ("INR", "", "1234567.89", "Rs. 1,234,567.89"),
    ("CVE", "", "1234.5", "1.234$50 CVE"),
    ("DKK", "", "1234.5", "1.234,50 kr"),
    ("LKR", "", "1234.5", "1,234.50 LKR"),
    ("KWD", "", "1.234", "KD1.23"),
    ("BGN", "", "1234.5", "1 234.50 BGN"),
]


@pytest.mark.parametrize(("currency", "country", "amount", "expected"), MONEY)
def test_money(currency: str, country: str, amount: str, expected: str) -> None:
    assert money(Decimal(amount), locale(currency, country)) == expected


def test_money_with_code() -> None:
    assert money(Decimal("1234.5"), locale("USD", show_currency_code=True)) == "1,234.50 USD"
    assert money(Decimal("1234.5"), locale("EUR", "DE", show_currency_code=1)) == "1.234,50 EUR"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("10", "$10.00"),
        ("10.5", "$10.50"),
        ("0.125", "$0.125"),
        ("0.1234", "$0.1234"),
        ("-2.00005", "$-2.0001"),
    ],
)
def test_unit_cost(amount: str, expected: str) -> None:
    assert unit_cost(Decimal(amount), locale()) == expected


def test_unit_cost_of_a_currency_without_decimals() -> None:
    assert unit_cost(Decimal("1500.00"), locale("JPY")) == "¥1,500"
    assert unit_cost(Decimal("1500.25"), locale("JPY")) == "¥1,500.25"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1.0000", "1"),
        ("1.5", "1.5"),
        ("1234.5678", "1,234.5678"),
        ("0.00004", "0"),
        ("-3", "-3"),
        ("1E+3", "1,000"),
    ],
)
def test_quantity(amount: str, expected: str) -> None:
    assert quantity(Decimal(amount), locale()) == expected


def test_plain_numbers_follow_the_separators() -> None:
    assert quantity(Decimal("1234.5"), locale("EUR", "DE")) == "1.234,5"
    assert percent(Decimal("7.50"), locale("EUR", "DE")) == "7,5%"
    assert percent(Decimal("19.000"), locale()) == "19%"


def test_client_comes_before_account() -> None:
    account = {"currency_id": 1, "country_id": 840, "language_id": 1, "date_format_id": 8}
    german = locale_of(account, {"currency_id": 3, "country_id": 276, "language_id": 3})
    assert (german.currency["code"], german.country and german.country["iso_3166_2"]) == ("EUR", "DE")
    assert (german.language, german.date_format) == ("de", "Y-m-d")
    same = locale_of(account, {"currency_id": 0, "country_id": 0, "language_id": 0})
    assert same == locale_of(account, None)


def test_empty_account_gets_the_product_defaults() -> None:
    empty = locale_of({"currency_id": None}, {})
    assert (empty.currency["code"], empty.country, empty.language) == ("USD", None, "en")
    assert date("2019-03-05", empty) == "Mar 5, 2019"


DATES = [
    (1, "05/Mar/2019"),
    (2, "05-Mar-2019"),
    (3, "05/March/2019"),
    (4, "05-March-2019"),
    (5, "Mar 5, 2019"),
    (6, "March 5, 2019"),
    (7, "Tue Mar 5, 2019"),
    (8, "2019-03-05"),
    (9, "05-03-2019"),
    (10, "03/05/2019"),
    (11, "05.03.2019"),
    (12, "5. Mar. 2019"),
    (13, "5. March 2019"),
]


@pytest.mark.parametrize(("format_id", "expected"), DATES)
def test_dates(format_id: int, expected: str) -> None:
    assert date("2019-03-05", locale(date_format_id=format_id)) == expected


@pytest.mark.parametrize("text", ["", "0000-00-00", "soon", "2019-02-30"])
def test_no_date_is_empty(text: str) -> None:
    assert date(text, locale()) == ""


@pytest.mark.parametrize(
    ("number", "language", "expected"),
    [
        (3, "en", "March"),
        (3, "de", "März"),
        (12, "fr_CA", "décembre"),
        (1, "pt_BR", "janeiro"),
        (8, "es_ES", "agosto"),
        (5, "xx", "May"),
        (10, "mk_MK", "октомври"),
    ],
)
def test_month_names(number: int, language: str, expected: str) -> None:
    assert month_name(number, language) == expected


def test_every_language_has_twelve_months() -> None:
    for row in table("languages"):
        assert len({month_name(number, row["locale"]) for number in range(1, 13)}) == 12


@given(
    amount=st.decimals(-(10**15), 10**15),
    currency=st.sampled_from([row["code"] for row in table("currencies")]),
    country=st.sampled_from([row["iso_3166_2"] for row in table("countries")]),
)
def test_every_amount_is_written_in_every_currency(amount: Decimal, currency: str, country: str) -> None:
    there = locale(currency, country)
    for text in (money(amount, there), unit_cost(amount, there), quantity(amount, there)):
        assert any(sign.isdigit() for sign in text)
