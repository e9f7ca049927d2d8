"""What distinguishes one invoice design from another, as data. Lengths in points, colours `#rrggbb`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.render.document import Style

BlockName = Literal["logo", "company", "address", "title", "client", "details"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A block in a row of blocks and its share of the row's width."""

    block: BlockName
    share: float
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """Blocks side by side. A framed row has hairlines above and below, a filled one a background."""

    cells: tuple[Cell, ...]
    space_above: float = 0
    framed: bool = False
    fill: str = ""
    padding: float = 0


@dataclass(frozen=True, slots=True)
class TableLook:
    """`header_fill`, `stripe` and `rule` may be empty: none is drawn then."""

    header_ink: str
    header_fill: str = ""
    header_rule: str = ""
    stripe: str = ""
    rule: str = ""
    first_column: Literal["primary", "ink"] = "primary"
    padding_x: float = 8
    padding_y: float = 7


@dataclass(frozen=True, slots=True)
class Design:
    """A whole design. `primary` is the default of the colour that the account may choose."""

    name: str
    primary: str
    rows: tuple[Row, ...]
    table: TableLook
    ink: str = "#1f2933"
    muted: str = "#66727f"
    rule: str = "#d9dee3"
    amount_fill: str = ""
    title_size: float = 2.0
    margin: float = 44
    leading: float = 1.45
    logo: tuple[float, float] = (120, 80)


CLEAN = Design(
    name="Clean",
    primary="#37a3c6",
    rows=(
        Row((Cell("logo", 0.38), Cell("company", 0.36), Cell("address", 0.26))),
        Row((Cell("title", 1),), space_above=34),
        Row((Cell("details", 0.42), Cell("client", 0.58)), space_above=12, framed=True, padding=12),
    ),
    table=TableLook(header_ink="#66727f", header_rule="#b8c1ca", rule="#e6e9ed"),
)

PLAIN = Design(
    name="Plain",
    primary="#299cc2",
    rows=(
        Row((Cell("company", 0.33), Cell("address", 0.33), Cell("logo", 0.34, "right"))),
        Row((Cell("title", 1),), space_above=30),
        Row((Cell("client", 0.5), Cell("details", 0.5)), space_above=10, fill="#f3f5f7", padding=12),
    ),
    table=TableLook(
        header_ink="#1f2933", header_fill="#f3f5f7", rule="#d9dee3", first_column="ink", padding_y=6
    ),
    amount_fill="#f3f5f7",
    title_size=1.6,
)

_BY_ID = {1: CLEAN, 4: PLAIN}


def design_of(style: Style) -> Design:
    """The chosen design; Clean for ids that have none."""
    return _BY_ID.get(style.design_id, CLEAN)
