from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.money import LARGEST, cents, decimal_text, lenient, plain_number, round_half_up

DECIMALS = st.decimals(-LARGEST, LARGEST, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("1.00499999999999999999999999999999", 2, "1.00"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("-0.004", 2, "0.00"),
        ("0.12345", 4, "0.1235"),
        ("7", 3, "7.000"),
        ("1E+3", 2, "1000.00"),
        ("1E-999999", 2, "0.00"),
        ("123456789012345678901234567890.125", 2, "123456789012345678901234567890.13"),
    ],
)
def test_rounding(value: str, places: int, text: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == text


@given(DECIMALS)
def test_cents_is_the_nearest_and_ties_move_away_from_zero(value: Decimal) -> None:
    rounded, exact = Fraction(cents(value)), Fraction(value)
    assert abs(rounded - exact) <= Fraction(1, 200)
    if abs(rounded - exact) == Fraction(1, 200):
        assert abs(rounded) > abs(exact)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,234.50", "1234.5"),
        ("12,5", "12.5"),
        ("1,00", "1"),
        ("1,234", "1234"),
        ("1.234,56", "1.234"),
        ("$1,000", "1000"),
        ("2 hrs", "2"),
        ("(5)", "5"),
        ("5-3", "5"),
        ("abc", "0"),
        ("", "0"),
        (None, "0"),
        ("10%", "10"),
        ("-", "0"),
        ("--5", "0"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        (" 12,5 ", "12.5"),
        ("-0", "0"),
        ("١٢", "0"),
        ("1.0E-5", "0.00001"),
        ("2e3", "2000"),
        ("1e-999999999", "0"),
        (0.00001, "0.00001"),
        (1e14, "100000000000000"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (True, "1"),
        (False, "0"),
        (7, "7"),
        (Decimal("1.10"), "1.1"),
        (Decimal("1E-999999999"), "0"),
        (10**15, "1000000000000000"),
    ],
)
def test_lenient(value: object, number: str) -> None:
    assert decimal_text(lenient(value)) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,5", "1"),
        ("abc", "0"),
        ("", "0"),
        (" 7.5 kg", "7.5"),
        ("+3", "3"),
        ("1e2x", "100"),
        (None, "0"),
        (True, "1"),
        (1.25, "1.25"),
        (".5", "0.5"),
    ],
)
def test_plain_number(value: object, number: str) -> None:
    assert decimal_text(plain_number(value)) == number


@pytest.mark.parametrize("read", [lenient, plain_number])
@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        10**15 + 1,
        1e300,
        "1e999999999",
        Decimal("1E+999999999"),
        "-" + "9" * 5000,
        [],
        {},
        b"1",
    ],
)
def test_numbers_out_of_reach(read: type[Decimal], value: object) -> None:
    with pytest.raises(ValueError, match="number"):
        read(value)  # type: ignore[arg-type]


@given(st.text() | st.floats() | st.integers() | st.decimals() | st.booleans() | st.none())
def test_any_value_is_a_bounded_number_or_a_value_error(value: object) -> None:
    for read in (lenient, plain_number):
        try:
            number = read(value)
        except ValueError:
            continue
        assert number.copy_abs() <= LARGEST
        assert len(decimal_text(number)) <= 40


@given(DECIMALS)
def test_canonical_text_reads_back(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert (
        text == decimal_text(Decimal(text)) == decimal_text(lenient(text)) == decimal_text(plain_number(text))
    )
    assert "E" not in text
    assert "." not in text or text[-1] not in "0."


@pytest.mark.parametrize(
    ("value", "text"),
    [("-0", "0"), ("-0.00", "0"), ("0E+30", "0"), ("1E+3", "1000"), ("1.500", "1.5"), ("100", "100")],
)
def test_decimal_text(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_only_finite_numbers_have_a_text(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        decimal_text(Decimal(value))


def test_a_strict_ambient_context_does_not_matter() -> None:
    with localcontext(Context(prec=3, traps=[Inexact])):
        assert cents(Decimal("1234.565")) == Decimal("1234.57")
        assert lenient("1234567.125") == Decimal("1234567.125")
