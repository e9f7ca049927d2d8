from calendar import month_name
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.texts import expand

TODAY = date(2026, 11, 22)
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905


def english(month: int) -> str:
    return month_name[month]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        (":MONTH", "November"),
        (":MONTH+1", "December"),
        (":MONTH+2", "January"),
        (":MONTH+14", "January"),
        (":MONTH-11", "December"),
        (":MONTH-30", "May"),
        (":QUARTER", "Q4"),
        (":QUARTER+5", "Q1"),
        (":QUARTER-4", "Q4"),
        (":QUARTER-1", "Q3"),
        (":QUARTER-5", "Q3"),
        (":QUARTER-6", "Q2"),
        (":YEAR", "2026"),
        (":YEAR+1", "2027"),
        (":YEAR-2", "2024"),
        (":YEAR+", "2026"),
        (":MONTHLY :YEARS", "NovemberLY 2026S"),
        (":MONTH+1:MONTH:YEAR", "DecemberNovember2026"),
        ("Svc :MONTH+1 :YEAR", "Svc December 2026"),
        (":month [MONTH] MONTH", ":month [MONTH] MONTH"),
        ("", ""),
    ],
)
def test_expand(text: str, expanded: str) -> None:
    assert expand(text, TODAY, english) == expanded


def test_month_names_come_from_the_caller() -> None:
    assert expand(":MONTH+4", TODAY, lambda month: GERMAN[month - 1]) == "März"


@given(st.dates(), st.integers(-9999, 9999))
def test_offsets_wrap_around(today: date, offset: int) -> None:
    text = expand(f":MONTH{offset:+} :QUARTER{offset:+}", today, str)
    month, quarter = text.split()
    assert (int(month) - today.month - offset) % 12 == 0
    assert 1 <= int(month) <= 12
    assert (int(quarter[1]) - (today.month + 2) // 3 - offset) % 4 == 0
    assert quarter in ("Q1", "Q2", "Q3", "Q4")


@given(st.text().filter(lambda text: ":" not in text))
def test_text_without_a_date_word_stays(text: str) -> None:
    assert expand(text, TODAY, english) == text


@given(st.integers(0, 10**6))
def test_offsets_are_bounded(offset: int) -> None:
    digits = str(offset)
    assert expand(f":YEAR+{digits}", TODAY, english) == str(2026 + int(digits[:4])) + digits[4:]
