"""Hostile values in every writable field: refused by name and without a trace, or stored and shown alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Answer, Api
from tests.depth import every
from tests.security.hostile import MALFORMED, NESTED, SCALARS, TEXTS, Raw, check, multipart, send, urlencoded
from tests.security.targets import TARGETS, Target

STAGES = 6
VALIDATION = (400, 422)
SUMMED = {"cost", "qty", "discount", "custom_value1", "custom_value2", "tax_rate1", "tax_rate2"}
LARGE, LARGE_AT_ONCE = 10_000, 30
ODD = (
    None, True, -1, 2**63 - 1, "", "²", "9" * 5_000, "x" * 10_000, "\x00", "2026-02-30",
    *NESTED,
)  # fmt: skip
CASES = [(target, method) for target in TARGETS for method in ("POST", "PUT") if method in target.methods]


class Resource:
    """A target of one account, with what callers saw of it last."""

    def __init__(self, api: Api, target: Target, method: str) -> None:
        self.api, self.target, self.method = api, target, method
        self.path = target.path if method == "POST" or target.single else f"{target.path}/1"
        self.seen: Any = None

    def look(self) -> Any:
        """The record, or the total of the list and the record that changed last (built-in terms change always)."""
        if self.method == "PUT":
            return self.api.get(self.path).data
        answer = self.api.get(f"{self.path}?per_page=1").json
        rows = [row for row in answer["data"] if not row.get("is_default")]
        return answer["meta"]["pagination"]["total"], rows

    def send(self, fields: dict[str, Any]) -> Answer:
        """A request that is either refused without a trace or answered with what GET shows afterwards."""
        self.seen = self.seen or self.look()
        answer = send(self.api, self.method, self.path, self.target.place(fields))
        self.verify(answer)
        return answer

    def verify(self, answer: Answer) -> None:
        if answer.status != 200:
            assert self.look() == self.seen
        elif self.method == "PUT":
            self.seen = self.look()
            assert self.seen == answer.data
        else:
            self.seen = None


@pytest.fixture(scope="module")
def accounts(gateway: Gateway) -> dict[bool, Api]:
    """Two accounts with a record 1 of every kind: one for records and one whose settings are put out of order."""
    made = {single: Api(gateway).register() for single in (False, True)}
    for api in made.values():
        for target in TARGETS:
            if not target.single:
                assert api.post(target.path, target.place({})).status == 200
    return made


@pytest.fixture
def owner(accounts: dict[bool, Api], target: Target) -> Api:
    return accounts[target.single]


def named_fields(answer: Answer) -> set[str]:
    """The parts of all names in a refusal."""
    assert answer.status in VALIDATION, (answer.status, answer.text[:300])
    return {part for key in answer.json["errors"] for part in key.split(".")}


def refused_fields(answer: Answer, sent: set[str], target: Target) -> set[str]:
    """The fields to leave out of the next try: those that are named, or all that add up to a refused total."""
    named = named_fields(answer)
    if not named & sent:
        assert named <= set(target.place({})), (sorted(sent), answer.text[:500])
        return sent & SUMMED or sent
    return named & sent


def portions(names: tuple[str, ...], value: Any) -> Iterator[set[str]]:
    """All names at once, or fewer where the body would become larger than a request may be."""
    size = LARGE_AT_ONCE if isinstance(value, str) and len(value) >= LARGE else len(names)
    for start in range(0, len(names), size):
        yield set(names[start : start + size])


def drive(resource: Resource, value: Any, names: set[str]) -> None:
    """Send one value in all fields; drop those that are refused until the rest is taken."""
    for _ in range(STAGES):
        answer = resource.send(dict.fromkeys(sorted(names), value))
        if answer.status == 200:
            return
        names = names - refused_fields(answer, names, resource.target)
        if not names:
            return
    pytest.fail(f"{value!r} is refused in too many rounds")


@pytest.mark.parametrize(("target", "method"), CASES, ids=str)
def test_a_value_in_all_fields(owner: Api, target: Target, method: str) -> None:
    resource = Resource(owner, target, method)
    for value in every(4 if method == "POST" else 2, (*SCALARS, *TEXTS, *NESTED)):
        for names in portions(target.fields, value):
            drive(resource, value, names)


@pytest.mark.parametrize(("target", "method"), CASES, ids=str)
def test_malformed_json_in_a_field(owner: Api, target: Target, method: str) -> None:
    """What the parser refuses is named by its top-level field, or as the body where it is no JSON at all."""
    resource = Resource(owner, target, method)
    values: tuple[Raw, ...] = MALFORMED
    for value, name in zip(values, cycle(target.fields), strict=False):
        answer = resource.send({name: value})
        if answer.status != 200:
            assert named_fields(answer) & {*target.place({}), name, "body"}, answer.text[:500]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_odd_values_of_what_requests_read_besides(owner: Api, target: Target) -> None:
    methods = cycle(target.methods)
    for name in target.extra:
        for value, method in zip(every(2, ODD), methods, strict=False):
            resource = Resource(owner, target, method)
            answer = send(owner, method, resource.path, target.place({name: value}))
            if answer.status == 422:
                assert answer.json["errors"], (name, value)


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("form", [urlencoded, multipart], ids=["form", "multipart"])
def test_texts_in_forms(owner: Api, target: Target, form: Any) -> None:
    resource = Resource(owner, target, "PUT")
    for value in (text for text in TEXTS[::4] if len(text) < LARGE):
        resource.seen = resource.seen or resource.look()
        raw, content_type = form(target.place(dict.fromkeys(target.fields, value)))
        answer = owner.send("PUT", resource.path, raw, content_type=content_type)
        check(answer, f"{target} {value[:50]!r}")
        resource.verify(answer)
        if answer.status != 200:
            assert named_fields(answer) & {*target.fields, *target.place({}), "body"}
