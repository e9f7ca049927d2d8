"""One-time passwords against the vectors of RFC 4226 (appendix D) and RFC 6238 (appendix B)."""

from __future__ import annotations

import pytest

from chalicelib.operations import totp

KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp.code(KEY, seconds // 30, 8) == code
    assert totp.code(KEY, seconds // 30) == code[2:]


def test_the_vectors_of_rfc_4226() -> None:
    codes = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489]
    assert [totp.code(KEY, step) for step in range(10)] == [str(code) for code in codes]


def test_the_neighbouring_steps_are_accepted() -> None:
    now = 1_795_600_010
    found = [totp.step_of(KEY, totp.code(KEY, now // 30 + ahead), now, 0) for ahead in range(-3, 4)]
    assert found == [None, None, now // 30 - 1, now // 30, now // 30 + 1, None, None]


def test_a_code_is_good_once() -> None:
    now = 1_795_600_010
    step = now // 30
    code = totp.code(KEY, step)
    assert totp.step_of(KEY, code, now, step - 1) == step
    assert totp.step_of(KEY, code, now, step) is None
    assert totp.step_of(KEY, totp.code(KEY, step - 1), now, step) is None, "nor is an older one after it"


@pytest.mark.parametrize("sent", ["", "0", "x" * 64, "٣٣٣٣٣٣", "ß"])
def test_what_is_no_code(sent: str) -> None:
    assert totp.step_of(KEY, sent, 1_795_600_010, 0) is None
