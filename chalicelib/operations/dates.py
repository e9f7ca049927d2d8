"""The account's own way to write dates, which requests may use beside ISO."""

from __future__ import annotations

from chalicelib.operations.shape import Data

DEFAULT_FORM = "M j, Y"


def date_form(settings: Data) -> str:
    """The account's date format in PHP letters."""
    from chalicelib.data import by_id

    row = by_id("date_formats", settings["date_format_id"]) if settings["date_format_id"] else None
    return str(row["format"]) if row else DEFAULT_FORM
