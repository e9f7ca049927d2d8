"""`GET /v1/usage`: what an account used, day by day, for its administrators."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.observe.tally import Tally
from tests.api_client import Api, Clock
from tests.faults.hooks import counting, dynamodb


def test_the_report(gateway: Any, counted: Tally, clock: Clock) -> None:
    api = Api(gateway).register()
    clock.tick(86_400)
    api.get("/clients")
    answer = api.get("/usage?from=2026-11-21&to=2026-11-23").data
    none = dict.fromkeys(("requests", "read_units", "write_units", "mails", "pdfs", "webhooks"), 0)
    days = [
        {"date": "2026-11-21", **none},
        {"date": "2026-11-22", **none, "requests": 1, "read_units": 1, "write_units": 10},
        {"date": "2026-11-23", **none, "requests": 1, "read_units": 5, "write_units": 1},
    ]
    total = {**none, "requests": 2, "read_units": 6, "write_units": 11}
    assert answer == {"from": "2026-11-21", "to": "2026-11-23", "total": total, "days": days}


def test_the_range_is_this_month_unless_said_otherwise(api: Api, clock: Clock) -> None:
    answer = api.get("/usage").data
    assert (answer["from"], answer["to"], len(answer["days"])) == ("2026-11-01", "2026-11-22", 22)
    answer = api.get("/usage?to=2026-10-03").data
    assert (answer["from"], answer["to"], len(answer["days"])) == ("2026-10-01", "2026-10-03", 3)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=soon", "from"),
        ("to=2026-02-30", "to"),
        ("to[]=x", "to"),
        ("from=2026-11-23", "from"),
        ("from=2026-08-14", "to"),
    ],
)
def test_a_wrong_range_is_named(api: Api, clock: Clock, query: str, field: str) -> None:
    assert list(api.get(f"/usage?{query}").errors) == [field]


def test_the_longest_range_takes_one_call(api: Api, clock: Clock) -> None:
    api.get("/ping")
    with counting(dynamodb()) as calls:
        assert len(api.get("/usage?from=2026-08-15").data["days"]) == 100
    assert calls == ["BatchGetItem"]


def test_only_administrators_see_it_and_only_their_own(gateway: Any, api: Api, counted: Tally) -> None:
    other = Api(gateway).register()
    assert other.get("/usage?from=2026-11-22").data["total"]["requests"] == 1
    person = {"first_name": "Bo", "last_name": "Lee", "email": f"bo-{api.email}", "password": "long enough 1"}
    assert api.post("/users", {**person, "is_admin": False}).status == 200
    token = Api(gateway).post("/login", {"email": person["email"], "password": person["password"]}).data[0]
    assert Api(gateway, token["token"]).get("/usage").status == 403
    assert Api(gateway).get("/usage").status == 403
