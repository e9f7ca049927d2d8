"""Pages from templates. Every value is escaped; what a template lacks is an error and not an empty text."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.render.html import assets

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, base: str, language: str = "en", **values: Any) -> str:
    """A whole page. `base` is the path under which the app answers: empty, or the stage as `/api`.

    Templates extend `base.html` and get `asset(name)`, the address of a static file.
    """
    from chalicelib.render.languages import direction

    rendered: str = (
        _environment()
        .get_template(template)
        .render(
            base=base,
            language=language.replace("_", "-"),
            direction=direction(language),
            asset=lambda name: f"{base}/static/{assets.file_name(name)}",
            **values,
        )
    )
    return rendered


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from chalicelib.render.html.markup import marked

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # `marked` escapes what it is given before it adds its own few tags.
    environment.filters["marked"] = lambda text: Markup(marked(text))  # noqa: S704
    return environment
