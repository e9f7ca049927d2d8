"""Many records at once under an idempotency key: each changes once, wherever the first attempt died."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.api.execution import KEPT_SECONDS
from chalicelib.local.gateway import Gateway
from chalicelib.operations.tokens import bearer
from tests.api_client import Answer, Api, Clock, clock
from tests.faults.hooks import Died, answering, dying, dynamodb, refusal
from tests.faults.ledger import Scene, watching
from tests.faults.test_exactly_once import succeeds_once

__all__ = ("clock",)

LINE = {"product_key": "Hosting", "cost": "10", "qty": "5"}
OPERATIONS: dict[str, tuple[str, str, list[int]]] = {
    "archive": ("/invoices/bulk", "archive", [1, 9, 2]),
    "mail": ("/invoices/bulk", "emailInvoice", [1, 2]),
    "pay": ("/invoices/bulk", "markPaid", [2, 1]),
    "convert": ("/invoices/bulk", "convert", [3, 1, 4]),
    "refund": ("/payments/bulk", "refund", [1, 2]),
}


class Sender(Scene):
    def send(self, name: str, key: str | None = "bulk") -> Answer:
        path, action, ids = OPERATIONS[name]
        body = {"action": action, "ids": ids, **({"amount": 3} if action == "refund" else {})}
        return self.api.post(path, body, idempotency_key=key)


@pytest.fixture(scope="module")
def scene(gateway: Gateway) -> Iterator[Sender]:
    """Invoices 1 and 2 with a payment each, quotes 3 and 4."""
    with watching() as ledger:
        api = Api(gateway).register()
        api.post("/clients", {"name": "Old", "contact": {"email": "old@fault.test"}})
        for more in ({}, {}, {"is_quote": True}, {"is_quote": True}):
            assert api.post("/invoices", {"client_id": 1, "invoice_items": [LINE], **more}).status == 200
        for number in (1, 2):
            assert api.post("/payments", {"invoice_id": number, "amount": 12}).status == 200
        owner = bearer(api.token)
        assert owner is not None
        yield Sender(api, owner.account, ledger, ledger.rows())


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_crash_and_a_retry_make_one_success(scene: Sender, name: str) -> None:
    succeeds_once(scene, lambda: scene.send(name))


def test_a_key_that_has_begun_takes_no_other_request(scene: Sender) -> None:
    with dying("before-call", 5, dynamodb()), pytest.raises(Died):
        scene.send("pay")
    other = scene.api.post("/invoices/bulk", {"action": "archive", "ids": [1]}, idempotency_key="bulk")
    assert "Idempotency-Key" in other.errors
    scene.ledger.restore(scene.before)


def test_a_key_may_be_used_again_once_it_is_forgotten(api: Api, clock: Clock) -> None:
    for name in ("A", "B"):
        api.post("/clients", {"name": name})
    body = {"action": "archive", "ids": [1, 2]}
    assert len(api.post("/clients/bulk", body, idempotency_key="old").data) == 2
    clock.tick(KEPT_SECONDS + 1)
    api.post("/clients/bulk", {"action": "restore", "ids": [1, 2]})
    answer = api.post("/clients/bulk", body, idempotency_key="old")
    assert "idempotent-replayed" not in answer.headers
    assert all(row["archived_at"] for row in answer.data)


def test_the_same_request_at_once_happens_once(scene: Sender) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: scene.send("convert"), range(8)))
    assert {answer.status for answer in answers} <= {200, 409}
    assert scene.send("convert").status == 200
    assert len({answer.body for answer in answers if answer.status == 200}) <= 1
    assert scene.api.get("/invoices").json["meta"]["pagination"]["total"] == 6
    scene.ledger.restore(scene.before)


def test_without_a_key_an_outage_half_way_is_told_and_a_retry_is_safe(scene: Sender) -> None:
    seen = 0

    def fail(request: object) -> object:
        nonlocal seen
        seen += 1
        return None if seen == 1 else refusal(request, "InternalServerError", 500)

    with answering(dynamodb(), "TransactWriteItems", 10, fail):  # type: ignore[arg-type]
        answer = scene.send("archive", None).json
    assert [row["id"] for row in answer["data"]] == [1]
    assert [(row["id"], row["status"]) for row in answer["errors"]] == [(9, 404), (2, 503)]
    again = scene.send("archive", None).json
    assert again["data"][0] == answer["data"][0]
    assert [row["id"] for row in again["data"]] == [1, 2]
    scene.ledger.restore(scene.before)
