"""The process may die before or after any call to AWS: a request has then happened wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations.tokens import bearer
from tests.api_client import PASSWORD, Answer, Api
from tests.faults.hooks import Died, counting, dying, dynamodb
from tests.faults.ledger import Ledger, Scene, watching

LINE = {"product_key": "Hosting", "notes": "a month", "cost": "10", "qty": "2"}
NEW_LINE = {"product_key": "Support", "notes": "an hour", "cost": "80.10", "qty": "1"}
CONTACTS = [{"first_name": "A", "email": "a@fault.test"}, {"first_name": "B", "email": "b@fault.test"}]

OPERATIONS: dict[str, Callable[[Api], Answer]] = {
    "create client": lambda api: api.post("/clients", {"name": "New", "contacts": CONTACTS}),
    "update client": lambda api: api.put("/clients/1", {"name": "Changed", "contacts": CONTACTS[1:]}),
    "archive client": lambda api: api.put("/clients/1?action=archive"),
    "delete client": lambda api: api.delete("/clients/1"),
    "create contact": lambda api: api.post(
        "/contacts", {"client_id": 1, "first_name": "C", "last_name": "C", "email": "c@fault.test"}
    ),
    "create draft": lambda api: api.post("/invoices", {"client_id": 1, "invoice_items": [LINE]}),
    "create and mail": lambda api: api.post(
        "/invoices", {"client_id": 1, "email_invoice": True, "invoice_items": [LINE, NEW_LINE]}
    ),
    "create for an address": lambda api: api.post(
        "/invoices", {"email": "new@fault.test", "invoice_items": [LINE]}
    ),
    "create quote": lambda api: api.post(
        "/invoices", {"client_id": 1, "is_quote": True, "invoice_items": [LINE]}
    ),
    "update public invoice": lambda api: api.put(
        "/invoices/2", {"invoice_number": "own-7", "invoice_items": [LINE, NEW_LINE]}
    ),
    "mark sent": lambda api: api.put("/invoices/1?action=mark_sent"),
    "archive invoice": lambda api: api.put("/invoices/2?action=archive"),
    "delete invoice": lambda api: api.delete("/invoices/2"),
    "convert quote": lambda api: api.put("/invoices/3?action=convert"),
    "mail invoice": lambda api: api.post("/email_invoice", {"id": 1}),
    "create product": lambda api: api.post("/products", {"product_key": "Domain", "cost": 12}),
    "delete product": lambda api: api.delete("/products/1"),
    "create tax rate": lambda api: api.post("/tax_rates", {"name": "VAT", "rate": 19}),
    "create payment term": lambda api: api.post("/payment_terms", {"num_days": 21}),
    "change settings": lambda api: api.put("/accounts", {"name": "Acme", "invoice_number_counter": 50}),
    "log in on a new device": lambda api: api.post(
        "/login", {"email": api.email, "password": PASSWORD, "token_name": "phone"}
    ),
}


@pytest.fixture(scope="module")
def scene(gateway: Gateway) -> Iterator[Scene]:
    """An account with a client of two contacts, a draft, a public invoice, a quote and a product."""
    with watching() as ledger:
        api = Api(gateway).register()
        # Which makes the address known: later log-ins all take the same calls.
        assert api.post("/login", {"email": api.email, "password": PASSWORD}).status == 200
        made = [
            api.post("/clients", {"name": "Old", "contacts": CONTACTS}),
            api.post("/products", {"product_key": "hosting", "cost": 9}),
            *(
                api.post("/invoices", {"client_id": 1, "invoice_items": [LINE], **more})
                for more in ({}, {"is_public": True}, {"is_quote": True})
            ),
        ]
        assert [answer.data["id"] for answer in made] == [1, 1, 1, 2, 3]
        owner = bearer(api.token)
        assert owner is not None
        yield Scene(api, owner.account, ledger, ledger.rows())


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_crash_leaves_all_or_nothing(scene: Scene, name: str) -> None:
    perform = OPERATIONS[name]
    before = scene.state()
    assert scene.api.get("/ping").status == 200
    with counting(dynamodb()) as calls:
        assert perform(scene.api).status == 200
    done = scene.state()
    assert done != before
    assert calls.count("TransactWriteItems") == 1
    for at in range(len(calls)):
        for moment in ("before-call", "after-call"):
            scene.ledger.restore(scene.before)
            # A change of settings has the container forget the caller; look it up outside of what is counted.
            assert scene.api.get("/ping").status == 200
            with dying(moment, at, dynamodb()), pytest.raises(Died):
                perform(scene.api)
            committed = "TransactWriteItems" in calls[: at + (moment == "after-call")]
            assert scene.state() == (done if committed else before), (moment, at)
            if not committed:
                assert perform(scene.api).status == 200
                assert scene.state() == done
    scene.ledger.restore(scene.before)
    assert scene.state() == before


def test_a_crash_while_registering_leaves_an_account_or_none(gateway: Gateway) -> None:
    def register(email: str) -> tuple[Ledger, list[str]]:
        with watching() as ledger, counting(dynamodb()) as calls:
            Api(gateway).register(email=email)
        return ledger, list(calls)

    ledger, calls = register("whole@fault.test")
    assert all(ledger.rows().values())
    for at in range(len(calls)):
        for moment in ("before-call", "after-call"):
            email = f"{moment}{at}@fault.test"
            with watching() as broken, dying(moment, at, dynamodb()), pytest.raises(Died):
                Api(gateway).register(email=email)
            committed = "TransactWriteItems" in calls[: at + (moment == "after-call")]
            rows = broken.rows()
            assert all(rows.values()) if committed else not any(rows.values())
            assert len(rows) in (0, len(ledger.keys))
            taken = Api(gateway).post("/login", {"email": email, "password": PASSWORD})
            assert taken.status == (200 if committed else 401)
