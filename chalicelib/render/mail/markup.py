"""HTML of mails: what may stand in it, bare URLs as links, and how it reads as plain text."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

from chalicelib.render.textline import encodable

_TAGS = """
a b big blockquote br center code div em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span
strike strong sub sup table tbody td tfoot th thead tr u ul
"""
_ATTRIBUTES = {
    "*": {"align", "dir", "style"},
    "a": {"href", "target", "title"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "role", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "valign", "width"},
    "th": {"bgcolor", "colspan", "rowspan", "valign", "width"},
}
_STYLES = """
background-color border border-bottom border-collapse border-left border-radius border-right border-top
color display font-family font-size font-style font-weight height letter-spacing line-height margin
margin-bottom margin-left margin-right margin-top max-width padding padding-bottom padding-left
padding-right padding-top text-align text-decoration vertical-align white-space width word-break
"""
_SCHEMES = {"http", "https", "mailto", "tel"}


def _trimmed(_: str, name: str, value: str) -> str | None:
    """URLs without what some mail programs pass over before them, such as U+2028; none of another scheme."""
    if name not in ("href", "src"):
        return value
    url = value.strip()
    scheme = re.match(r"([A-Za-z][\w+.-]*):", url)
    return url if scheme is None or scheme[1].lower() in _SCHEMES else None


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes=_ATTRIBUTES,
    url_schemes=_SCHEMES,
    attribute_filter=_trimmed,
    filter_style_properties=set(_STYLES.split()),
    clean_content_tags={"script", "style", "title"},
)
_TAG = re.compile(r"(<[^>]*>)")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_LABEL_LENGTH = 100


def sanitized(fragment: str) -> str:
    """The fragment without anything that could run or overlay: only allowed tags, styles and schemes."""
    return _CLEANER.clean(encodable(fragment))


def linked(fragment: str) -> str:
    """The fragment with its bare URLs made into links; to be sanitised afterwards."""
    inside = 0
    parts = []
    for part in _TAG.split(fragment):
        if part.startswith("<"):
            inside += _link_depth(part)
            parts.append(part)
        else:
            parts.append(part if inside > 0 else _URL.sub(lambda found: link(html.unescape(found[0])), part))
    return "".join(parts)


def link(url: str, label: str = "") -> str:
    """A link, by default labelled with its own address."""
    shown = label or (url if len(url) <= _LABEL_LENGTH else url[: _LABEL_LENGTH - 1] + "…")
    return f'<a href="{html.escape(url)}">{html.escape(shown)}</a>'


def has_markup(text: str) -> bool:
    """Whether a text is written in HTML."""
    return re.search(r"</?[a-zA-Z][^>]*>", text) is not None


def with_breaks(text: str) -> str:
    """An escaped text whose line breaks are visible in HTML."""
    return re.sub(r"\r\n|\r|\n", "<br>", text)


def plain(fragment: str) -> str:
    """The fragment as plain text: blocks apart, links as `label: url`, no address twice in a row."""
    reader = _PlainText()
    reader.feed(fragment)
    reader.close()
    return reader.text()


def _link_depth(tag: str) -> int:
    name = tag[1:].lstrip("/").split(maxsplit=1)
    if not name or name[0].rstrip("/>").lower() != "a":
        return 0
    return -1 if tag.startswith("</") else 1


class _PlainText(HTMLParser):
    _PARAGRAPHS = frozenset(
        ("blockquote", "center", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul")
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._href = ""
        self._label: list[str] | None = None
        self._last_url = ""
        self._end_of_last = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._label = []
            self._href = dict(attrs).get("href") or ""
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "hr":
            self._parts.append("\n\n---\n\n")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag in self._PARAGRAPHS:
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag == "tr":
            self._parts.append("\n")
        elif tag in ("td", "th"):
            self._parts.append(" ")
        elif tag in self._PARAGRAPHS:
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        (self._parts if self._label is None else self._label).append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        self._end_link()
        lines = (line.strip() for line in "".join(self._parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _end_link(self) -> None:
        if self._label is None:
            return
        label, url, self._label = "".join(self._label).strip(), self._href.removeprefix("mailto:"), None
        is_address = (
            not label or label in (url, self._href) or (label.endswith("…") and url.startswith(label[:-1]))
        )
        if not is_address:
            self._parts.append(f"{label}: {url}" if url else label)
        elif url != self._last_url or "".join(self._parts[self._end_of_last :]).strip():
            self._parts.append(url)
        self._last_url, self._end_of_last = url, len(self._parts)
