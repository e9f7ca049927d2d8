"""Default due dates from payment terms."""

from datetime import date, timedelta

NET_ZERO = -1


def due_date(today: date, client_terms: int | None, account_terms: int | None) -> str:
    """ISO due date counted from `today`, by the client's terms or else the account's (billing 1.4).

    None and 0 mean "no terms", -1 "due at once". Without terms, or beyond the calendar, the date is "".
    """
    terms = client_terms or account_terms
    if not terms:
        return ""
    try:
        return (today + timedelta(days=0 if terms == NET_ZERO else terms)).isoformat()
    except OverflowError:
        return ""
