"""Who may do what to which record: every verb of every resource, made from the declarations.

Own, deleted, other tenants' and guessed ids meet the owner, a user without rights, a reading token, a revoked
one and none. Whatever a caller may not see is answered as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations.context import SEEN_BY_ALL
from chalicelib.resources.declare import Resource
from chalicelib.resources.registry import RESOURCES
from tests.api_client import PASSWORD, Answer, Api
from tests.uploads import upload

GUESSED = 9_000_001
MARK = "kept-from-others"
_numbers = count(1)

FURTHER: dict[str, tuple[tuple[str, str], ...]] = {
    "invoices": (("GET", "/download/{id}"), ("POST", "/email_invoice")),
    "hooks": (
        ("GET", "/hooks/{id}/secret"),
        ("POST", "/hooks/{id}/secret"),
        ("GET", "/hooks/{id}/deliveries"),
        ("POST", "/hooks/{id}/replay"),
    ),
    "documents": (("GET", "/documents/{id}?metadata=1"), ("GET", "/documents/{id}?preview=1")),
}
"""Operations on one record that are no verbs of its resource."""


def verbs(resource: Resource) -> list[tuple[str, str]]:
    """Method and path of everything that can be done with one record."""
    member = f"/{resource.plural}/{{id}}"
    found = [("GET", member), ("HEAD", member)]
    if resource.update:
        found += [("PUT", member), ("PATCH", member), ("POST", f"/{resource.plural}")]
        found += [("PUT", f"{member}?action={action}") for action in resource.actions]
    if resource.act:
        found.append(("DELETE", member))
    return [*found, *FURTHER.get(resource.plural, ())]


@dataclass
class Scene:
    """Two tenants with records of the kind, and everybody who may knock at the first one's door."""

    resource: Resource
    callers: dict[str, Api]
    ids: dict[str, int]
    snapshot: Callable[[], list[Any]]


@pytest.fixture(scope="module", params=RESOURCES.values(), ids=lambda resource: resource.plural)
def scene(request: pytest.FixtureRequest, gateway: Gateway) -> Scene:
    resource: Resource = request.param
    owner, stranger = Api(gateway).register(), Api(gateway).register()
    person = {"first_name": "C", "last_name": "K", "email": f"k-{owner.email}", "password": PASSWORD}
    for tenant in (owner, stranger):
        tenant.post("/clients", {"name": MARK, "contact": {"email": "a@x.test"}})
        tenant.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 500, "notes": MARK}]})
    owner.post("/users", {**person, "is_admin": False, "permissions": []})
    clerk = Api(gateway)
    clerk.token = clerk.post("/login", person).data[0]["token"]
    reader = Api(gateway, owner.post("/tokens", {"name": "reader", "scope": "read"}).data["token"])
    revoked = owner.post("/tokens", {"name": "revoked"}).data
    gone = made(owner, resource)
    if resource.act:
        owner.delete(f"/{resource.plural}/{gone}")
    own = made(owner, resource)
    theirs = made(stranger, resource)
    while theirs <= max(own, gone, 4):
        theirs = made(stranger, resource)
    owner.delete(f"/tokens/{revoked['id']}")
    callers = {"owner": owner, "clerk": clerk, "reader": reader, "nobody": Api(gateway)}
    callers["revoked"] = Api(gateway, revoked["token"])
    paths = (f"/{resource.plural}?per_page=100", "/clients", "/invoices")
    ids = {"own": own, "deleted": gone, "theirs": theirs, "guessed": GUESSED}
    return Scene(
        resource, callers, ids, lambda: [rows(api, path) for api in (owner, stranger) for path in paths]
    )


def rows(api: Api, path: str) -> list[Any]:
    """The list without what looking at it changes."""
    return [{**row, "last_used": None} for row in api.get(path).data]


def made(api: Api, resource: Resource) -> int:
    """A fresh record; unique fields get a value of their own."""
    if resource.kind == "document":
        return int(upload(api, f"{MARK}.txt", b"%d" % next(_numbers))["id"])
    number = next(_numbers)
    own = {"name": f"{MARK} {number}", "num_days": 1_000 + number, "email": f"m{number}@matrix.test"}
    if "amount" in resource.example:
        own["amount"] = 1
    if resource.plural == "invoices":
        del own["email"]
    answer = api.post(f"/{resource.plural}", {**resource.example, **own})
    assert answer.status in (200, 201), answer
    found = answer.json.get("data", answer.json)
    # Payment terms show no id; they are numbered as they are made.
    return (
        int(found["id"])
        if "id" in found
        else sum(not row["is_default"] for row in api.get("/payment_terms").data)
    )


def asked(scene: Scene, caller: str, target: str) -> Iterator[tuple[str, Answer]]:
    """Every verb on the target; those that would succeed are only rehearsed."""
    for method, template in verbs(scene.resource):
        path = template.format(id=scene.ids[target])
        sign = "&" if "?" in path else "?"
        sent = {"name": "x", "email": "x@y.test"}
        # A body without an id in the path names the record itself.
        named = {} if "{id}" in template else {"id": scene.ids[target]}
        body = None if method in ("GET", "HEAD") else {**sent, **named}
        yield f"{method} {template}", scene.callers[caller].send(method, f"{path}{sign}dry_run=1", body)


def same(one: Answer, other: Answer) -> bool:
    return (one.status, one.body) == (other.status, other.body)


def test_a_caller_without_a_valid_token_gets_nothing(scene: Scene) -> None:
    before = scene.snapshot()
    for caller in ("nobody", "revoked"):
        for target in scene.ids:
            for name, answer in asked(scene, caller, target):
                assert answer.status == 403, (caller, target, name, answer)
                assert MARK not in answer.text
    assert scene.snapshot() == before


def test_other_tenants_records_are_as_missing_as_those_that_never_were(scene: Scene) -> None:
    before = scene.snapshot()
    for caller in ("owner", "clerk", "reader"):
        theirs, guessed = dict(asked(scene, caller, "theirs")), dict(asked(scene, caller, "guessed"))
        for name, answer in theirs.items():
            assert 400 <= answer.status < 500, (caller, name, answer)
            assert same(answer, guessed[name]), (caller, name, answer, guessed[name])
            assert MARK not in answer.text
    assert scene.snapshot() == before


def test_a_user_without_rights_sees_and_changes_nothing_of_others(scene: Scene) -> None:
    before = scene.snapshot()
    for target in ("own", "deleted"):
        for name, answer in asked(scene, "clerk", target):
            if scene.resource.kind in SEEN_BY_ALL and name.startswith(("GET", "HEAD")):
                continue
            assert 400 <= answer.status < 500, (target, name, answer)
            assert MARK not in answer.text
    assert scene.snapshot() == before


def test_a_reading_token_reads_as_its_user_does_and_changes_nothing(scene: Scene) -> None:
    before = scene.snapshot()
    for target in ("own", "deleted"):
        owners = dict(asked(scene, "owner", target))
        for name, answer in asked(scene, "reader", target):
            if name.startswith(("GET", "HEAD")):
                assert same(answer, owners[name]), (target, name, answer)
            else:
                assert answer.status == 403, (target, name, answer)
    assert scene.snapshot() == before


def test_the_owner_is_served(scene: Scene) -> None:
    answers = dict(asked(scene, "owner", "own"))
    served = [name for name, answer in answers.items() if answer.status == 200]
    assert f"GET /{scene.resource.plural}/{{id}}" in served
    assert len(served) >= len(answers) / 2, answers


def test_the_matrix_is_large() -> None:
    cases = sum(len(verbs(resource)) for resource in RESOURCES.values()) * 5 * 4
    assert cases >= 1_500, cases
