"""Page sizes by their names, portrait, in points."""

from __future__ import annotations

_MM = 72 / 25.4
_SERIES = {
    "A": (841.0, 1189.0),
    "B": (1000.0, 1414.0),
    "C": (917.0, 1297.0),
    "RA": (860.0, 1220.0),
    "SRA": (900.0, 1280.0),
}
_INCHES = {
    "EXECUTIVE": (7.25, 10.5),
    "FOLIO": (8.5, 13.0),
    "LEGAL": (8.5, 14.0),
    "LETTER": (8.5, 11.0),
    "TABLOID": (11.0, 17.0),
}
_LAST_FOLD = 10


def size(name: str) -> tuple[float, float]:
    """Width and height in points; A4 for a name that is not known."""
    wanted = name.strip().upper()
    if wanted in _INCHES:
        width, height = _INCHES[wanted]
        return width * 72, height * 72
    series, fold = wanted.rstrip("0123456789"), wanted.lstrip("ABCRS")
    if series not in _SERIES or not fold.isdecimal() or int(fold) > _LAST_FOLD:
        series, fold = "A", "4"
    return _fold(_SERIES[series], int(fold))


def _fold(sheet: tuple[float, float], times: int) -> tuple[float, float]:
    """ISO 216: halve the long side each time, dropping the fraction of a millimetre."""
    width, height = sheet
    for _ in range(times):
        width, height = height // 2, width
    return width * _MM, height * _MM
