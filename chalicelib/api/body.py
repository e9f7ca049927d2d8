"""Request bodies and query strings as plain values: exact JSON, forms with bracket notation, files."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from chalicelib.errors import InvalidInput
from chalicelib.render.textline import encodable

MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_PARTS = 1_000

_FORM = "application/x-www-form-urlencoded"
_WHOLE = range(-(2**63), 2**63)
_EXPONENTS = range(-308, 309)
_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form. `filename` has no folders; `content_type` is what the caller claims."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of a request and its files by form name."""

    fields: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)


def parse(raw: bytes, content_type: str) -> Body:
    """What a request carries; JSON numbers are int or Decimal, never float, and form values are text.

    An object sent without a JSON content type (as `curl -d` does) is read as JSON all the same.
    InvalidInput: malformed, not an object, too deep or too large; it names the field where one is to blame.
    """
    if not raw.strip():
        return Body({})
    kind = content_type.lower()
    if "/json" in kind or "+json" in kind:
        return Body(_json(raw))
    if kind.lstrip().startswith("multipart/form-data"):
        return _multipart(raw, content_type)
    if raw.lstrip().startswith(b"{"):
        return Body(_json(raw))
    if kind.strip() and _FORM not in kind:
        _refuse("The content type of the body is not supported.")
    return Body(_form(raw))


def parse_query(multi: Mapping[str, list[str]]) -> dict[str, Any]:
    """The decoded parameters of a query string as nested values; the last of several equal names counts."""
    return _nest((encodable(name), encodable(value)) for name, values in multi.items() for value in values)


def _refuse(message: str, name: str = "body") -> NoReturn:
    raise InvalidInput({name: [message]})


def _text(raw: bytes, name: str = "body") -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("The text is not valid UTF-8.", name)


def _json(raw: bytes) -> dict[str, Any]:
    text = _text(raw.removeprefix(b"\xef\xbb\xbf"))
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        _refuse("The body is nested too deeply.")
    except (ValueError, ArithmeticError):
        _refuse("The body is not valid JSON.")
    if not isinstance(value, dict):
        _refuse("The body must be a JSON object.")
    room = MAX_NODES
    for name, content in value.items():
        if not _is_text(name):
            _refuse("A field name is not valid text.")
        room = _inspect(name, content, room)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _inspect(name: str, content: object, room: int) -> int:
    """Checks a field level by level; `room` is the number of values the body may still hold."""
    level = [content]
    for _ in range(MAX_DEPTH):
        room -= len(level)
        if room < 0:
            _refuse("The body holds too many values.")
        below: list[object] = []
        for node in level:
            if isinstance(node, dict):
                if not all(map(_is_text, node)):
                    _refuse("A field name is not valid text.", name)
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
            else:
                _inspect_scalar(name, node)
        if not below:
            return room
        level = below
    _refuse("The value is nested too deeply.", name)


def _inspect_scalar(name: str, value: object) -> None:
    if isinstance(value, str):
        if not _is_text(value):
            _refuse("The text is not valid Unicode.", name)
    elif isinstance(value, Decimal):
        if value.adjusted() not in _EXPONENTS:
            _refuse("The number is out of range.", name)
    elif isinstance(value, int) and value not in _WHOLE:
        _refuse("The number is out of range.", name)


def _is_text(value: str) -> bool:
    """False for lone surrogates, which JSON escapes can spell but UTF-8 cannot."""
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _form(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(_text(raw), keep_blank_values=True, errors="strict", max_num_fields=MAX_NODES)
    except UnicodeDecodeError:
        _refuse("The text is not valid UTF-8.")
    except ValueError:
        _refuse("The body holds too many values.")
    return _nest(pairs)


def _nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    root: dict[object, Any] = {}
    for name, value in pairs:
        found = _BRACKETED.fullmatch(name)
        first, *steps = [found[1], *_BRACKET.findall(found[2])] if found else [name]
        if len(steps) >= MAX_DEPTH:
            _refuse("The value is nested too deeply.", first)
        node, key = root, first
        for step in steps:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
            # An appended element gets a key that no name can be, so that it never replaces a numbered one.
            key = step or (len(node),)
        node[key] = value
    return {str(name): _listed(value) for name, value in root.items() if name}


def _listed(value: Any) -> Any:
    """PHP has one kind of array; here, numbered elements make a list in the order they came."""
    if not isinstance(value, dict):
        return value
    if all(isinstance(key, tuple) or (key.isascii() and key.isdigit()) for key in value):
        return [_listed(element) for element in value.values()]
    return {str(key[0]) if isinstance(key, tuple) else key: _listed(one) for key, one in value.items()}


def _multipart(raw: bytes, content_type: str) -> Body:
    pairs: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for head, data in _parts(raw, _boundary(content_type)):
        name, upload = _described(head, data)
        if upload is None:
            pairs.append((name, _text(data, name)))
        elif upload.filename:
            files[name] = upload
    return Body(_nest(pairs), files)


def _boundary(content_type: str) -> bytes:
    from email.message import Message

    header = Message()
    header["Content-Type"] = content_type
    try:
        boundary = header.get_boundary()
    except ValueError:
        boundary = None
    if not boundary or not boundary.isascii():
        _refuse("The multipart boundary is missing.")
    return boundary.encode("ascii")


def _parts(raw: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """Header block and content of each part. Split here, because the email parser opens attached messages."""
    _, *pieces = (b"\r\n" + raw).split(b"\r\n--" + boundary, MAX_PARTS + 1)
    for count, piece in enumerate(pieces):
        if piece.startswith(b"--"):
            return
        if count == MAX_PARTS:
            _refuse("The body holds too many parts.")
        line, _, rest = piece.partition(b"\r\n")
        head, blank, data = rest.partition(b"\r\n\r\n")
        if line.strip(b" \t") or not blank:
            break
        yield _text(head), data
    _refuse("The body is not valid multipart.")


def _described(head: str, data: bytes) -> tuple[str, Upload | None]:
    """Field name of a part, and the file if it is one."""
    from email.parser import HeaderParser
    from email.utils import collapse_rfc2231_value

    def parameter(key: str) -> str | None:
        value = headers.get_param(key, header="content-disposition")
        return collapse_rfc2231_value(value) if isinstance(value, tuple) else value

    headers = HeaderParser().parsestr(head)
    try:
        name, filename = parameter("name"), parameter("filename")
    except ValueError:
        _refuse("The body is not valid multipart.")
    if not name or not _is_text(name + (filename or "")):
        _refuse("A part has no valid name.")
    if filename is None:
        return name, None
    return name, Upload(_FOLDERS.sub("", filename), headers.get_content_type(), data)
