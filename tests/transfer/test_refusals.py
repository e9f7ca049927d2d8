"""Files that are not whole and targets that are not free: said by line, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from chalicelib.transfer import lines
from tests.transfer.conftest import Exported
from tests.transfer.elsewhere import Elsewhere, command

Lines = list[bytes]


def without(place: int) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:place], *lines[place + 1 :]]


def changed(place: int, old: bytes, new: bytes) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:place], lines[place].replace(old, new, 1), *lines[place + 1 :]]


DAMAGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "empty": (lambda _: [], "line 1: the last line is missing"),
    "cut off after a line": (lambda lines: lines[:9], "line 10: the last line is missing"),
    "cut off within a line": (lambda lines: [*lines[:4], lines[4][:40]], "line 5: the file was cut off"),
    "a line is missing": (without(6), "line 7: the checksum is wrong"),
    "the first line is missing": (without(0), "line 1: this is not the beginning"),
    "two lines in turn": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "line 3: the checksum"),
    "a line twice": (lambda lines: [*lines[:3], *lines[2:]], "line 4: the checksum is wrong"),
    "a changed amount": (changed(9, b'":', b'": '), "line 10: the checksum is wrong"),
    "no JSON": (changed(2, b'{"', b"<"), "line 3: this is not JSON"),
    "another file": (lambda _: [b'{"a":1}\n'], "line 1: this is not the beginning"),
    "a list": (lambda lines: [b"[1]\n", *lines], "line 1: this is not a line"),
    "something after the end": (lambda lines: [*lines, b"{}\n"], "something after the last line"),
    "a newer format": (changed(0, b'"format":1', b'"format":2'), "line 1: the file has format 2, and this"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files(installation: Elsewhere, exported: Exported, tmp_path: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    file = tmp_path / "damaged.jsonl"
    file.write_bytes(b"".join(damage(exported.file.read_bytes().splitlines(keepends=True))))
    before = installation("rows")
    for verb in ("verify", "import"):
        ran = installation.run(verb, file)
        assert message in ran.error
        assert ran.out == ""
    assert installation("rows") == before


def test_a_file_that_adds_up_to_other_books(exported: Exported, tmp_path: Path) -> None:
    """The checksums are right, but a payment was taken from the feed, and a balance and a file are others."""
    file = tmp_path / "other.jsonl"
    with file.open("wb") as out:
        writer = lines.Writer(out)
        for line in lines.read(exported.file):
            data = line.data
            if line.kind == "record" and data["record"] == "client":
                data["balance"] = "7"
            if line.kind == "end":
                writer.end()
            elif line.kind != "file" and b'"name":"payment.created"' not in orjson.dumps(data):
                writer.put(data)
    problems = command("verify", str(file)).error
    for expected in (
        r"line \d+: event \d+ is missing", r"client 1: balance 7, ledger", r"client 1: paid to date",
        r"document 0000000001 has no file", r"the feed has \d+ events of \d+",
    ):  # fmt: skip
        assert re.search(expected, problems), expected


def taken(kind: str, exported: Exported) -> tuple[int, str]:
    """The line of the first global key of a kind, and its value."""
    for number, line in enumerate(exported.file.read_bytes().splitlines(), 1):
        data = orjson.loads(line)
        if data.get("lookup") == kind:
            return number, data["value"]
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", ["login", "account_token", "invitation", "oauth", "stripe_charge"])
def test_global_keys_that_are_taken(other: Elsewhere, exported: Exported, kind: str) -> None:
    number, value = taken("token" if kind == "account_token" else kind, exported)
    other("occupy", "LookupRow", {"k": f"{kind.removeprefix('account_')}#{value}"})
    before = other("rows")
    shown = f" {value}" if kind == "login" else ""
    assert (
        f"line {number}: the {kind.removeprefix('account_')}{shown} exists"
        in other.run("import", exported.file).error
    )
    assert other("rows") == before


@pytest.mark.parametrize("kind", ["unique", "invoice", "head", ""])
def test_numbers_and_records_that_are_there(other: Elsewhere, exported: Exported, kind: str) -> None:
    place = f"{exported.full.account}#{kind}" if kind else exported.full.account
    other("occupy", "RecordRow" if kind else "EventRow", {"pk": place, "sk": "0"})
    before = other("rows")
    assert "already" in other.run("import", exported.file).error
    assert other("rows") == before


def test_an_account_comes_in_once(other: Elsewhere, exported: Exported) -> None:
    assert other.run("import", exported.file).error == ""
    before = other("rows")
    assert other.run("import", exported.file).error == "The account exists already."
    assert other.run("import", "--undo", exported.file).error == "No import of this file is unfinished."
    assert other("rows") == before
