"""Hostile values in every writable field: refused by name and without a trace, or stored and shown alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from tests.api_client import Answer, Api
from tests.security.hostile import MALFORMED, NESTED, SCALARS, TEXTS, Raw, send
from tests.security.targets import TARGETS, Target

STAGES = 6
LARGE, LARGE_AT_ONCE = 10_000, 30
VALIDATION = (400, 422)


@pytest.fixture(scope="module")
def owner(gateway: Any) -> Api:
    """One account for all values; it has a client 1 and a record of every kind."""
    api = Api(gateway).register()
    for target in TARGETS:
        if not target.single:
            assert api.post(target.path, target.place({})).status == 200
    return api


def state(api: Api, target: Target) -> Any:
    """What a caller can see of the resource: the total and the first record."""
    if target.single:
        return api.get(target.path).data
    return api.get(f"{target.path}?per_page=1").json["meta"]["pagination"]["total"], api.get(
        f"{target.path}/1"
    ).data


def refused_fields(answer: Answer, sent: set[str]) -> set[str]:
    """The sent fields that a refusal names; it must name at least one."""
    assert answer.status in VALIDATION, (answer.status, answer.text[:300])
    named = {part for key in answer.json["errors"] for part in key.split(".")} & sent
    assert named, (sorted(sent), answer.text[:500])
    return named


def portions(names: tuple[str, ...], value: Any) -> Iterator[set[str]]:
    """All names at once, or fewer where the body would become larger than a request may be."""
    size = LARGE_AT_ONCE if isinstance(value, str) and len(value) > LARGE else len(names)
    for start in range(0, len(names), size):
        yield set(names[start : start + size])


def drive(api: Api, method: str, path: str, target: Target, value: Any, names: set[str]) -> None:
    """Send one value in all fields; drop those that are refused until the rest is taken."""
    for _ in range(STAGES):
        before = state(api, target)
        answer = send(api, method, path, target.place(dict.fromkeys(sorted(names), value)))
        if answer.status == 200:
            assert method == "POST" or api.get(path).data == answer.data
            return
        assert state(api, target) == before
        names = names - refused_fields(answer, names)
        if not names:
            return
    pytest.fail(f"{value!r} is refused in too many rounds")


def malformed(api: Api, method: str, path: str, target: Target, value: Raw, name: str) -> None:
    """What the parser refuses is named by its top-level field, or as the body where it is no JSON at all."""
    before = state(api, target)
    body = target.place({name: value})
    answer = send(api, method, path, body)
    if answer.status != 200:
        refused_fields(answer, {*body, name, "body"})
        assert state(api, target) == before


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_value_in_all_fields(owner: Api, target: Target, method: str) -> None:
    if target.single and method == "POST":
        pytest.skip("the account is only changed")
    path = target.path if target.single or method == "POST" else f"{target.path}/1"
    for value in (*SCALARS, *TEXTS, *NESTED):
        for names in portions(target.fields, value):
            drive(owner, method, path, target, value, names)


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_malformed_json_in_a_field(owner: Api, target: Target, method: str) -> None:
    if target.single and method == "POST":
        pytest.skip("the account is only changed")
    path = target.path if target.single or method == "POST" else f"{target.path}/1"
    for value, name in zip(MALFORMED, cycle(target.fields), strict=False):
        malformed(owner, method, path, target, value, name)
