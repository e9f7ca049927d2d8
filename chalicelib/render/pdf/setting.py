"""What every part of one document needs to set its texts: fonts, design, colours and sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chalicelib.render.document import Style
from chalicelib.render.pdf.band import Column
from chalicelib.render.pdf.design import Design, design_of
from chalicelib.render.pdf.typesetter import Typesetter

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_SIZES = (5.0, 24.0)


@dataclass(frozen=True, slots=True)
class Setting:
    """`width` is that between the margins."""

    typesetter: Typesetter
    design: Design
    primary: str
    size: float
    width: float

    def column(
        self, x: float, width: float, align: Literal["left", "right"] = "left", *, top: float = 0
    ) -> Column:
        return Column(self.typesetter, x, max(width, self.size), self.design.leading, align, top=top)


def setting_of(style: Style, page_width: float) -> Setting:
    """Resolve what the account chose."""
    design = design_of(style)
    primary = style.primary_color if _COLOR.fullmatch(style.primary_color) else design.primary
    size = min(max(float(style.font_size), _SIZES[0]), _SIZES[1])
    return Setting(Typesetter(), design, primary, size, page_width - 2 * design.margin)
