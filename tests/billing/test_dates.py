import re
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.dates import parse_date, parse_php_date, php_date

# The account formats of v4 by id, with 5 March 2019 in each.
FORMATS = {
    "d/M/Y": "05/Mar/2019",
    "d-M-Y": "05-Mar-2019",
    "d/F/Y": "05/March/2019",
    "d-F-Y": "05-March-2019",
    "M j, Y": "Mar 5, 2019",
    "F j, Y": "March 5, 2019",
    "D M j, Y": "Tue Mar 5, 2019",
    "Y-m-d": "2019-03-05",
    "d-m-Y": "05-03-2019",
    "m/d/Y": "03/05/2019",
    "d.m.Y": "05.03.2019",
    "j. M. Y": "5. Mar. 2019",
    "j. F Y": "5. March 2019",
}
EVENING = datetime(2026, 11, 2, 19, 7, 9, 45678, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(("fmt", "text"), FORMATS.items())
def test_account_formats(fmt: str, text: str) -> None:
    assert php_date(fmt, date(2019, 3, 5)) == text
    assert parse_php_date(text, fmt) == date(2019, 3, 5)


@given(st.dates(), st.sampled_from(sorted(FORMATS)))
def test_every_date_reads_back(day: date, fmt: str) -> None:
    assert parse_php_date(php_date(fmt, day), fmt) == day
    assert parse_date(php_date(fmt, day), fmt) == day.isoformat()
    assert parse_date(day.isoformat(), fmt) == day.isoformat()


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("F j, Y g:i a", "November 2, 2026 7:07 pm"),
        ("D M jS, Y H:i:s", "Mon Nov 2nd, 2026 19:07:09"),
        ("l N w z W o t L", "Monday 1 1 305 45 2026 30 0"),
        ("n y A G h u v", "11 26 PM 19 07 045678 045"),
        ("e I O P T Z U", "America/New_York 0 -0500 -05:00 EST -18000 1793664429"),
        ("c", "2026-11-02T19:07:09-05:00"),
        ("r", "Mon, 02 Nov 2026 19:07:09 -0500"),
        (r"\Y\e\a\r Y \\ k", "Year 2026 \\ k"),
        ("", ""),
    ],
)
def test_letters(fmt: str, text: str) -> None:
    assert php_date(fmt, EVENING) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [(1, "1st"), (3, "3rd"), (11, "11th"), (12, "12th"), (13, "13th"), (22, "22nd"), (30, "30th")],
)
def test_ordinals(day: int, text: str) -> None:
    assert php_date("jS", date(2026, 1, day)) == text


def test_a_date_is_its_midnight_and_a_naive_time_is_utc() -> None:
    assert php_date("H:i g a T", date(2026, 1, 1)) == "00:00 12 am UTC"
    naive = datetime(2026, 1, 1, 5)  # noqa: DTZ001
    assert php_date("H O", naive) == "05 +0000"
    assert php_date("P", datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=-210)))) == "-03:30"


@pytest.mark.parametrize(
    ("text", "fmt", "day"),
    [
        ("5.3.2019", "d.m.Y", date(2019, 3, 5)),
        ("march 5, 2019", "M j, Y", date(2019, 3, 5)),
        ("MAY 5, 2019", "F j, Y", date(2019, 5, 5)),
        ("Tuesday Mar 5, 2019", "D M j, Y", date(2019, 3, 5)),
        ("Mon Mar 5, 2019", "D M j, Y", None),
        ("5th Mar 69", "jS M y", date(2069, 3, 5)),
        ("5th Mar 70", "jS M y", date(1970, 3, 5)),
        ("29.02.2023", "d.m.Y", None),
        ("05.03.2019 ", "d.m.Y", None),
        ("05.03.19", "d.m.Y", None),
        ("٠٥.٠٣.٢٠١٩", "d.m.Y", None),
        ("05x03y2019", "d.m.Y", None),
        ("01.01.0000", "d.m.Y", None),
        ("2019", "Y", None),
        ("5 5 2019", "d j Y", None),
        ("5.3.2019 19", "j.n.Y H", None),
        ("on 5.3.2019", r"\o\n j.n.Y", date(2019, 3, 5)),
    ],
)
def test_reading(text: str, fmt: str, day: date | None) -> None:
    assert parse_php_date(text, fmt) == day


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("", ""),
        ("  ", ""),
        (" 2026-01-31 ", "2026-01-31"),
        ("Jan 31, 2026", "2026-01-31"),
        ("2026-01-31T10:20:30Z", "2026-01-31"),
        ("2026-01-31 10:20:30.5+02:00", "2026-01-31"),
    ],
)
def test_parse_date(text: str, iso: str) -> None:
    assert parse_date(text, "M j, Y") == iso


@pytest.mark.parametrize(
    "text", ["0000-00-00", "2026-02-30", "31/01/2026", "tomorrow", "2026-1-5", "2026-01-31x", "20260131"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(text, "M j, Y")


@given(st.text(), st.text())
def test_any_text_and_format_read_or_not(text: str, fmt: str) -> None:
    day = parse_php_date(text, fmt)
    assert day is None or isinstance(day, date)
    with suppress(ValueError):
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", parse_date(text, fmt))
    assert isinstance(php_date(fmt, EVENING), str)
