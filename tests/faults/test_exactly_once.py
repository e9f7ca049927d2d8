"""Under an idempotency key a request happens once, whatever dies and however often it is sent."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations.tokens import bearer
from tests.api_client import Answer, Api
from tests.faults.hooks import Died, counting, dying, dynamodb
from tests.faults.ledger import Scene, watching

LINE = {"product_key": "Hosting", "cost": "10", "qty": "5"}
KEY = "one-and-only"

OPERATIONS: dict[str, tuple[str, str, object]] = {
    "create client": ("POST", "/clients", {"name": "New", "contact": {"email": "n@fault.test"}}),
    "update client": ("PUT", "/clients/1", {"name": "Changed"}),
    "create invoice": ("POST", "/invoices?include=client", {"client_id": 1, "invoice_items": [LINE]}),
    "create paid": ("POST", "/invoices", {"client_id": 1, "paid": 20, "invoice_items": [LINE]}),
    "bill by credit": ("POST", "/invoices", {"client_id": 1, "auto_bill": True, "invoice_items": [LINE]}),
    "create and mail": (
        "POST",
        "/invoices",
        {"client_id": 1, "email_invoice": True, "invoice_items": [LINE]},
    ),
    "edit invoice": ("PUT", "/invoices/1", {"invoice_items": [LINE, LINE]}),
    "mark sent": ("PUT", "/invoices/2?action=mark_sent", None),
    "mark paid": ("PUT", "/invoices/2?action=markPaid", None),
    "delete invoice": ("DELETE", "/invoices/1", None),
    "convert": ("PUT", "/invoices/3?action=convert", None),
    "mail invoice": ("POST", "/email_invoice", {"id": 1}),
    "pay": ("POST", "/payments?include=invoice,client", {"invoice_id": 1, "amount": 10}),
    "overpay": ("POST", "/payments", {"invoice_id": 1, "amount": 1000}),
    "pay by credit": ("POST", "/payments", {"invoice_id": 1, "amount": 15, "payment_type_id": 1}),
    "refund": ("PUT", "/payments/1?action=refund", {"amount": 5}),
    "delete payment": ("DELETE", "/payments/1", None),
    "create credit": ("POST", "/credits", {"client_id": 1, "amount": 5}),
    "delete credit": ("DELETE", "/credits/1", None),
    "change settings": ("PUT", "/accounts", {"name": "Acme"}),
}


class Sender(Scene):
    def send(self, name: str, key: str = KEY) -> Answer:
        method, path, body = OPERATIONS[name]
        return self.api.send(method, path, body, idempotency_key=key)


@pytest.fixture(scope="module")
def scene(gateway: Gateway) -> Iterator[Sender]:
    """A client with a public invoice partly paid, a draft, a quote and two credits."""
    with watching() as ledger:
        api = Api(gateway).register()
        made = [
            api.post("/clients", {"name": "Old", "contact": {"email": "old@fault.test"}}),
            *(
                api.post("/invoices", {"client_id": 1, "invoice_items": [LINE], **more})
                for more in ({"is_public": True}, {}, {"is_quote": True})
            ),
            api.post("/payments", {"invoice_id": 1, "amount": 12}),
            *(api.post("/credits", {"client_id": 1, "amount": amount}) for amount in (10, 20)),
        ]
        assert [answer.data["id"] for answer in made] == [1, 1, 2, 3, 1, 1, 2]
        owner = bearer(api.token)
        assert owner is not None
        yield Sender(api, owner.account, ledger, ledger.rows())


def masked(answer: Answer) -> str:
    """The answer without what is random or a time."""
    return re.sub(r"[a-z0-9]{32}|1\d{9}|\d\d:\d\d:\d\d", "*", answer.text)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_crash_and_a_retry_make_one_success(scene: Sender, name: str) -> None:
    calls = succeeds_once(scene, lambda: scene.send(name))
    assert calls.count("TransactWriteItems") == 1


def succeeds_once(scene: Scene, send: Callable[[], Answer]) -> list[str]:
    """Dies before and after every call of a request under a key, and sends it again; answers the calls."""
    with counting(dynamodb()) as calls:
        first = send()
    assert first.status == 200, first.text
    done = scene.state()
    again = send()
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert scene.state() == done
    assert scene.api.get("/ledger/proof").data["balanced"]
    took = list(calls)
    for at in range(len(took)):
        for moment in ("before-call", "after-call"):
            scene.ledger.restore(scene.before)
            with dying(moment, at, dynamodb()), pytest.raises(Died):
                send()
            retried = send()
            assert retried.status == 200
            assert masked(retried) == masked(first)
            assert scene.state() == done, (moment, at)
            assert send().body == retried.body
    scene.ledger.restore(scene.before)
    return took


def test_another_request_under_the_same_key_is_refused(api: Api) -> None:
    assert api.post("/clients", {"name": "A"}, idempotency_key="k").data["id"] == 1
    assert "Idempotency-Key" in api.post("/clients", {"name": "B"}, idempotency_key="k").errors
    assert api.post("/products", {"product_key": "B"}, idempotency_key="k").data["id"] == 1
    assert "Idempotency-Key" in api.post("/clients", {"name": "A"}, idempotency_key="x" * 256).errors
    assert api.get("/clients").json["meta"]["pagination"]["total"] == 1


def test_a_refusal_is_not_kept(api: Api) -> None:
    assert api.post("/products", {}, idempotency_key="k").status == 422
    assert api.post("/products", {"product_key": "P"}, idempotency_key="k").data["id"] == 1


def test_threads_with_one_key_make_one_payment(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "is_public": True, "invoice_items": [LINE]})
    gate = threading.Barrier(10)

    def pay(_: int) -> Answer:
        gate.wait()
        return api.post("/payments", {"invoice_id": 1, "amount": 10}, idempotency_key="k")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(pay, range(10)))
    assert {answer.status for answer in answers} <= {200, 409}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 409)
    assert len({answer.body for answer in answers if answer.status == 200}) == 1
    assert api.get("/clients/1").data["paid_to_date"] == 10
    assert api.get("/payments").json["meta"]["pagination"]["total"] == 1


def test_a_hundred_threads_pay_one_each(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "is_public": True, "invoice_items": [{"cost": 150, "qty": 1}]})
    with ThreadPoolExecutor(100) as pool:
        answers = list(
            pool.map(lambda _: api.post("/payments", {"invoice_id": 1, "amount": "1.00"}), range(100))
        )
    assert {answer.status for answer in answers} == {200}
    client, invoice = api.get("/clients/1").data, api.get("/invoices/1").data
    assert (client["balance"], client["paid_to_date"], invoice["balance"]) == (50, 100, 50)
    assert api.get("/ledger/proof").data["balanced"]


def race(calls: list[Callable[[], Answer]]) -> list[Answer]:
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_races_equal_some_order(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    for turn in range(5):
        number = api.post("/invoices", {"client_id": 1, "is_public": True, "invoice_items": [LINE]}).data[
            "id"
        ]
        paid, edited, deleted = race(
            [
                lambda: api.post("/payments", {"invoice_id": number, "amount": 30}),  # noqa: B023
                lambda: api.put(f"/invoices/{number}", {"invoice_items": [{"cost": 80, "qty": 1}]}),  # noqa: B023
                lambda: api.delete(f"/invoices/{number}"),  # noqa: B023
            ]
        )
        assert paid.status in (200, 404)
        assert (edited.status, deleted.status) == (200, 200)
        assert api.get("/ledger/proof").data["balanced"], turn
    quote = api.post("/invoices", {"client_id": 1, "is_quote": True, "invoice_items": [LINE]}).data["id"]
    answers = race([lambda: api.put(f"/invoices/{quote}?action=convert")] * 8)
    assert len({answer.data["id"] for answer in answers}) == 1


def test_a_dry_run_answers_and_stores_nothing(scene: Sender) -> None:
    before = scene.state()
    for name, (method, path, body) in OPERATIONS.items():
        glue = "&" if "?" in path else "?"
        rehearsed = scene.api.send(method, f"{path}{glue}dry_run=true", body)
        assert rehearsed.status == 200, name
        assert scene.state() == before, name
    real = scene.send("pay")
    scene.ledger.restore(scene.before)
    rehearsed = scene.api.post("/payments?include=invoice,client&dry_run=true", OPERATIONS["pay"][2])
    assert masked(rehearsed) == masked(real)


def test_a_dry_run_finds_what_only_the_commit_would(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "invoice_number": "0002"})
    assert (
        "invoice_number"
        in api.post("/invoices?dry_run=true", {"client_id": 1, "invoice_number": "0002"}).errors
    )
    api.put("/accounts", {"name": "U", "invoice_number_counter": 2})
    assert api.post("/invoices?dry_run=true", {"client_id": 1}).data["invoice_number"] == "0003"
    assert api.post("/invoices", {"client_id": 1}).data["invoice_number"] == "0003"


def test_nothing_owed_cannot_be_paid_by_credit(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "paid": 150, "invoice_items": [{"cost": 100, "qty": 1}]})
    api.post("/credits", {"client_id": 1, "amount": 50})
    by_credit = {"invoice_id": 1, "amount": 50, "payment_type_id": 1}
    assert "amount" in api.post("/payments", by_credit).errors
    assert api.get("/credits/1").data["balance"] == 50
