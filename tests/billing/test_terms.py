from datetime import date

import pytest

from chalicelib.billing.terms import due_date


@pytest.mark.parametrize(
    ("client", "account", "due"),
    [
        (7, 30, "2026-11-29"),
        (0, 30, "2026-12-22"),
        (None, 30, "2026-12-22"),
        (-1, 30, "2026-11-22"),
        (0, -1, "2026-11-22"),
        (0, 0, ""),
        (None, None, ""),
        (10, None, "2026-12-02"),
        (10**12, None, ""),
        (4_000_000, 30, ""),
    ],
)
def test_due_date(client: int | None, account: int | None, due: str) -> None:
    assert due_date(date(2026, 11, 22), client, account) == due
