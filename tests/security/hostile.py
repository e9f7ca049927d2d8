"""Values that no field expects, and what an answer to them has to be like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.api_client import Answer, Api

DEEP: Any = "bottom"
for _ in range(40):
    DEEP = [DEEP]


class Raw:
    """JSON text as it stands, for what Python's json cannot or would not write."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Raw({self.text[:40]})"


TEXTS: tuple[str, ...] = (
    "", " ", "0", "-1", "1.5", "1e3", "1e400", "-1E+30", "1E-999999999", "1e-99999999999999999999",
    "NaN", "sNaN", "Infinity", "0x10", "1_000", "9" * 400, "9" * 5_000, "0." + "9" * 5_000, "1,5", "12,34,56",
    "²", "٣", "٣" * 20, "true", "false", "null", "x" * 255, "x" * 10_000, "x" * 65_535, "x" * 70_000,
    "ß" * 10_000, "😀" * 300, "😀" * 255, "\u0130" * 255, "\x00", "a\x00b", "\x01\x1f\x7f\x9f", "a\r\nb: c",
    "\u202eabc\u2066", "\u2028\u2029", "\ufeff", "\uffff", "e\u0301" * 50, "'; DROP TABLE x; --", "' OR '1'='1",
    "<script>alert(1)</script>", "$client {$counter} {{7*7}} ${7*7} %s %n {0}", "[]", "{}", "../../etc/passwd",
    "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "9999-99-99", "2026-01-01T99:99:99Z", "tomorrow",
    "Feb 30, 2026", ",".join("abc" * 100), ":MONTH+9999 :YEAR-9999 :QUARTER-1",
)  # fmt: skip

SCALARS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 255, 32_768, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 0.5, -0.0,
    1e300, 99999999999.99, 99999999999.994, 100000000000,
)  # fmt: skip

NESTED: tuple[Any, ...] = (
    [], {}, [None], [[]], [{}], [1, 2], ["a"], {"a": "b"}, {"0": {}}, {"": ""}, {"id": {}}, {"id": "²"},
    [{"id": "x", "product_key": {}}], [{"id": [1], "email": [], "cost": {}, "qty": [1]}], {"a": {"b": {"c": []}}},
)  # fmt: skip

MALFORMED: tuple[Raw, ...] = tuple(
    map(
        Raw,
        (
            "1e400", "-1E+400", "1E+30", "1E-30", "9999999999999999.99", "NaN", "Infinity", "-Infinity", "1" * 5_000,
            str(2**63), "-0", "0e0", '"\\ud800"', '"\\udfff\\ud800"', '{"\\ud800": 1}', '["\\ud800"]', "01", "+1", "'a'",
            json.dumps(DEEP), '{"a":' * 40 + "1" + "}" * 40, "[" * 100_000, "[" * 5_000 + "]" * 5_000,
        ),
    )
)  # fmt: skip

VALUES: tuple[Any, ...] = (*SCALARS, *TEXTS, *NESTED, *MALFORMED)


def encode(body: dict[str, Any]) -> bytes:
    """JSON with `Raw` parts in place."""
    return _text(body).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(key))}:{_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value)


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A body as form fields in bracket notation."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from pairs(one, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for position, one in enumerate(value):
            yield from pairs(one, f"{name}[{position}]")
    else:
        yield name, str(value)


def urlencoded(body: dict[str, Any]) -> tuple[bytes, str]:
    return urlencode(list(pairs(body))).encode(), "application/x-www-form-urlencoded"


def multipart(body: dict[str, Any]) -> tuple[bytes, str]:
    parts = (
        b'--frontier\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), text.encode())
        for name, text in pairs(body)
    )
    return b"".join(parts) + b"--frontier--\r\n", "multipart/form-data; boundary=frontier"


def send(api: Api, method: str, path: str, body: dict[str, Any]) -> Answer:
    """A JSON request; the answer is checked for what every answer has to be."""
    answer = api.send(method, path, encode(body), content_type="application/json")
    check(answer, f"{method} {path} {body!r:.300}")
    return answer


def check(answer: Answer, request: str) -> None:
    """Never a server error, always valid JSON where it says so, and headers on one line."""
    assert answer.status < 500, (request, answer.status, answer.text[:500])
    for name, value in answer.headers.items():
        assert not {"\r", "\n", "\x00"} & set(name + value), (request, name, value)
    if answer.headers["content-type"] == "application/json" and answer.body:
        answer.json  # noqa: B018
    if answer.status == 422:
        named = answer.json.get("errors", answer.json.get("error"))
        assert named, (request, answer.text)
