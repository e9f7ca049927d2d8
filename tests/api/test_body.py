import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.api.body import MAX_DEPTH, MAX_NODES, MAX_PARTS, Body, Upload, parse, parse_query
from chalicelib.errors import InvalidInput

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=XyZ"


def refusal(raw: bytes, content_type: str) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        parse(raw, content_type)
    return caught.value.errors


def part(data: bytes, *headers: str) -> bytes:
    return b"--XyZ\r\n" + "\r\n".join(headers).encode() + b"\r\n\r\n" + data + b"\r\n"


def named(name: str, *more: str) -> str:
    return "; ".join([f'Content-Disposition: form-data; name="{name}"', *more])


# JSON


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "Application/JSON", "text/x+json"])
def test_json(kind: str) -> None:
    raw = '\ufeff{"name": "Zoë \\ud83d\\ude00", "a": [1, true, null, {"b": []}], "a2": {}}'.encode()
    assert parse(raw, kind) == Body({"name": "Zoë 😀", "a": [1, True, None, {"b": []}], "a2": {}})


def test_json_numbers_are_exact() -> None:
    raw = b'{"cost": 0.10000000000000000555, "qty": 1e-5, "n": 9007199254740993, "big": 1E+300}'
    fields = parse(raw, JSON).fields
    assert fields == {
        "cost": Decimal("0.10000000000000000555"),
        "qty": Decimal("0.00001"),
        "n": 9007199254740993,
        "big": Decimal("1E+300"),
    }
    assert not any(isinstance(value, float) for value in fields.values())


@pytest.mark.parametrize("raw", [b"", b"  \r\n"])
@pytest.mark.parametrize("kind", [JSON, FORM, MULTIPART, "", "text/xml"])
def test_an_empty_body_has_no_fields(raw: bytes, kind: str) -> None:
    assert parse(raw, kind) == Body({}, {})


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"a": 1,}',
        b"{'a': 1}",
        b"name=x",
        b'{"a": 1} x',
        b'{"a": "\xff"}',
        b'{"a": "\n"}',
        b"[]",
        b"[1]",
        b"null",
        b'"text"',
        b"5",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e99999999999999999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"\\ud800": 1}',
        b'{"a": ' * 100_000,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda raw: raw[:30].decode("latin-1"),
)
def test_refused_json(raw: bytes) -> None:
    assert list(refusal(raw, JSON)) == ["body"]


@pytest.mark.parametrize(
    "value",
    [
        r'"\ud800"',
        r'[{"x": "a\udfff"}]',
        r'{"\ud800": 1}',
        "1e400",
        "-1e999999999",
        "0e400",
        "1e-400",
        str(2**63),
        str(-(2**63) - 1),
        "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH,
    ],
)
def test_refused_values_name_their_field(value: str) -> None:
    assert list(refusal(f'{{"ok": 1, "cost": {value}}}'.encode(), JSON)) == ["cost"]


def test_json_within_the_limits() -> None:
    deepest = "[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1)
    assert parse(f'{{"a": {deepest}}}'.encode(), JSON).fields
    raw = json.dumps({"a": [0] * (MAX_NODES - 1)}).encode()
    assert len(parse(raw, JSON).fields["a"]) == MAX_NODES - 1
    assert refusal(json.dumps({"a": [0] * (MAX_NODES - 1), "b": 1}).encode(), JSON).keys() == {"body"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES), st.booleans())
def test_any_json_object_comes_through(fields: dict[str, Any], ascii_only: bool) -> None:
    assert parse(json.dumps(fields, ensure_ascii=ascii_only).encode(), JSON).fields == fields


# Forms and query strings


@pytest.mark.parametrize("kind", [FORM, FORM + "; charset=UTF-8", ""])
def test_form(kind: str) -> None:
    raw = (
        b"name=A+%26+B&name=Zo%C3%AB&empty=&bare"
        b"&contacts[0][email]=a%40b.c&contacts%5B0%5D%5Bphone%5D=1&contacts[1][email]=d"
        b"&ids[]=3&ids[]=1&custom[x][y]=1"
    )
    assert parse(raw, kind).fields == {
        "name": "Zoë",
        "empty": "",
        "bare": "",
        "contacts": [{"email": "a@b.c", "phone": "1"}, {"email": "d"}],
        "ids": ["3", "1"],
        "custom": {"x": {"y": "1"}},
    }


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"a": ["1", "2"]}, {"a": "2"}),
        ({"a[]": ["1", "2"]}, {"a": ["1", "2"]}),
        ({"a[][x]": ["1", "2"]}, {"a": [{"x": "1"}, {"x": "2"}]}),
        ({"a[1]": ["x"], "a[]": ["y"], "a[0]": ["z"]}, {"a": ["x", "y", "z"]}),
        ({"a[x]": ["1"], "a[]": ["2"]}, {"a": {"x": "1", "1": "2"}}),
        ({"a": ["1"], "a[b]": ["2"]}, {"a": {"b": "2"}}),
        ({"a[b]": ["2"], "a": ["1"]}, {"a": "1"}),
        ({"a[999999999999]": ["1"]}, {"a": ["1"]}),
        ({"a[b": ["1"], "b]": ["2"], "[c]": ["3"]}, {"a[b": "1", "b]": "2", "[c]": "3"}),
        ({"a[b]c": ["4"], "a[b]c[d]": ["5"]}, {"a[b]c": "4", "a[b]c[d]": "5"}),
        ({"": ["1"], "a": []}, {}),
    ],
)
def test_query(query: dict[str, list[str]], fields: dict[str, Any]) -> None:
    assert parse_query(query) == fields


def test_form_limits() -> None:
    assert list(refusal(b"a" + b"[x]" * MAX_DEPTH + b"=1", FORM)) == ["a"]
    assert parse(b"a" + b"[x]" * (MAX_DEPTH - 1) + b"=1", FORM).fields
    assert list(refusal(b"&".join([b"a=1"] * (MAX_NODES + 1)), FORM)) == ["body"]
    appended = b"a[50000]=1&" + b"&".join([b"a[]=1"] * (MAX_NODES - 1))
    assert len(parse(appended, FORM).fields["a"]) == MAX_NODES


@pytest.mark.parametrize("raw", [b"a=\xff", b"a=%ff", b"%ff=1"])
def test_form_text_is_utf8(raw: bytes) -> None:
    assert list(refusal(raw, FORM)) == ["body"]


@pytest.mark.parametrize("kind", [FORM, "", "text/plain"])
def test_json_without_its_content_type(kind: str) -> None:
    assert parse(b' {"name": "x"}', kind).fields == {"name": "x"}
    assert list(refusal(b'{"name": "x"', kind)) == ["body"]


def test_other_content_types_are_refused() -> None:
    assert list(refusal(b"<a/>", "text/xml")) == ["body"]


# Multipart


def test_multipart() -> None:
    document = b"%PDF\r\n--XyX\r\n\x00\xff\r\n"
    path = named("file", r'filename="C:\\docs\\a b.pdf"')
    raw = (
        b"preamble\r\n"
        + part(b"Zo\xc3\xab", named("contacts[0][first_name]"))
        + part(document, path, "Content-Type: application/pdf")
        + part(b"From: x\r\n\r\nhello", named("mail", 'filename="../m.eml"'), "content-type: message/rfc822")
        + part(b"1", named("x", "filename*=utf-8''r%C3%A9sum%C3%A9.txt"))
        + part(b"", named("nothing", 'filename=""'))
        + b"--XyZ--\r\nepilogue"
    )
    body = parse(raw, 'Multipart/Form-Data; charset=utf-8; boundary="XyZ"')
    assert body.fields == {"contacts": [{"first_name": "Zoë"}]}
    assert body.files == {
        "file": Upload("a b.pdf", "application/pdf", document),
        "mail": Upload("m.eml", "message/rfc822", b"From: x\r\n\r\nhello"),
        "x": Upload("résumé.txt", "text/plain", b"1"),
    }


@given(st.binary() | st.text("\r\n-XyZ\0 ").map(str.encode))
@example(b"\r")
@example(b"\r\n")
@example(b"\x85\n\r")
def test_files_arrive_byte_by_byte(data: bytes) -> None:
    if b"\r\n--XyZ" in b"\r\n" + data:
        return
    body = parse(part(data, named("file", 'filename="f"')) + b"--XyZ--", MULTIPART)
    assert body.files["file"].data == data


@pytest.mark.parametrize(
    "raw",
    [
        b"x",
        part(b"1", named("a")),
        part(b"1", "Content-Type: text/plain") + b"--XyZ--",
        part(b"1", named("")) + b"--XyZ--",
        part(b"1", named("a", "filename*=unicode_escape''%5Cud800")) + b"--XyZ--",
        part(b"1", named("a", "filename*=idna''%ff")) + b"--XyZ--",
        part(b"1", named("a", "filename*" + "9" * 5000 + "=x")) + b"--XyZ--",
        b"--XyZjunk\r\n\r\n\r\n--XyZ--",
        b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n--XyZ--',
        b'--XyZ\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n--XyZ--',
        part(b"1", named("a")) * (MAX_PARTS + 1) + b"--XyZ--",
    ],
)
def test_refused_multipart(raw: bytes) -> None:
    assert list(refusal(raw, MULTIPART)) == ["body"]


def test_as_many_parts_as_allowed() -> None:
    assert parse(part(b"1", named("a")) * MAX_PARTS + b"--XyZ--", MULTIPART).fields == {"a": "1"}


@pytest.mark.parametrize(
    "boundary", ["", "; boundary=", '; boundary=""', "; boundary=é", "; boundary*=idna''%ff", "\ud800"]
)
def test_multipart_needs_a_boundary(boundary: str) -> None:
    assert list(refusal(b"--XyZ--", "multipart/form-data" + boundary)) == ["body"]


def test_refused_multipart_text_names_its_field() -> None:
    assert list(refusal(part(b"\xff", named("note")) + b"--XyZ--", MULTIPART)) == ["note"]


# Anything


HEADERS = st.lists(
    st.sampled_from([*'";=*\r\n\\', "name", "filename", "a", "'", "%ff", "utf-8", "0", "1", " "])
)
PARTS = st.builds(
    lambda tail, data: part(data, "Content-Disposition: form-data; " + "".join(tail)), HEADERS, st.binary()
)


@given(
    st.binary()
    | st.binary().map(lambda tail: b'{"a": ' + tail)
    | st.text('{}[]":,0123456789eE.+-\\ud8 aNI').map(str.encode)
    | st.lists(PARTS).map(lambda parts: b"".join(parts) + b"--XyZ--"),
    st.sampled_from([JSON, FORM, MULTIPART, "", "text/plain"])
    | st.text()
    | st.text().map(lambda tail: "multipart/form-data; boundary=" + tail),
)
def test_nothing_but_invalid_input_is_raised(raw: bytes, content_type: str) -> None:
    with suppress(InvalidInput):
        json.dumps(parse(raw, content_type).fields, default=str, ensure_ascii=False).encode("utf-8")


@given(st.dictionaries(st.text() | st.text("a[]0"), st.lists(st.text())))
def test_any_query_is_read(multi: dict[str, list[str]]) -> None:
    assert all(isinstance(name, str) for name in parse_query(multi))
