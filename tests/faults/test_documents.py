"""No crash, race or late removal takes the object from under a document, and none is stored in part."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.delivery.relay import run_pending
from chalicelib.local.gateway import Gateway
from tests.api_client import Answer, Api
from tests.delivery import post
from tests.faults.hooks import Died, counting, dying, dynamodb, hooked, s3, unreachable
from tests.uploads import objects, picture, put_into_s3, send, upload

SAME = b"same content"


@pytest.fixture
def api(gateway: Gateway) -> Iterator[Api]:
    """An account with an invoice and an expense; nothing else waits for delivery."""
    post.clear()
    api = Api(gateway).register()
    api.post("/clients", {"name": "Old"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1}]})
    api.post("/expenses", {"amount": 1})
    yield api
    check_objects(api)


def deliver() -> None:
    while run_pending(lambda: time.time() + 2):
        pass


def documents(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/documents?per_page=500").data
    return found


def check_objects(api: Api) -> None:
    """Once everything due is done, every document has its bytes, and its preview if it claims one."""
    deliver()
    for row in documents(api):
        answer = api.get(f"/documents/{row['id']}")
        assert (answer.status, len(answer.body)) == (200, row["size"])
        if row["preview"]:
            assert api.get(f"/documents/{row['id']}?preview=1").status == 200
    assert len(documents(api)) == api.get("/documents").json["meta"]["pagination"]["total"]


def large(api: Api) -> dict[str, Any]:
    form = api.post("/documents", {"name": "a.pdf", "size": 5}).data
    put_into_s3(form, b"12345")
    return {"upload": form["upload"], "name": "a.pdf"}


def retried_until_done(api: Api, perform: Callable[[], Answer]) -> None:
    """Die before and after each call to AWS in turn; then nothing is broken, and trying again succeeds."""
    at = 0
    while True:
        for moment in ("before-call", "after-call"):
            before = len(documents(api))
            try:
                with counting(dynamodb(), s3()) as calls, dying(moment, at, dynamodb(), s3()):
                    perform()
            except Died:
                committed = calls[-1] == "TransactWriteItems" and moment == "after-call"
                assert (len(documents(api)) != before) == committed
                check_objects(api)
            else:
                return
        at += 1


def test_a_crash_while_uploading(api: Api) -> None:
    content = picture("PNG", 400, 400)
    retried_until_done(api, lambda: send(api, "a.png", content, {"invoice_id": 1}))
    assert {row["invoice_id"] for row in documents(api)} == {1}


def test_a_crash_while_deleting(api: Api) -> None:
    for number in range(16):
        upload(api, "a.txt", SAME if number % 2 else b"%d" % number)
    retried_until_done(api, lambda: api.delete(f"/documents/{documents(api)[-1]['id']}"))


def test_a_crash_while_completing_an_upload_makes_one_document(api: Api) -> None:
    body = large(api)
    at = 0
    while True:
        try:
            with dying("after-call", at, dynamodb(), s3()):
                answer = api.post("/documents", body)
        except Died:
            at += 1
        else:
            break
    assert answer.status == 200
    assert len(documents(api)) == 1


def test_a_crash_while_removing_objects_is_made_good(api: Api) -> None:
    upload(api, "a.png", picture("PNG", 400, 400))
    api.delete("/documents/1")
    with dying("before-call", 0, s3()), pytest.raises(Died):
        deliver()
    assert len(objects(api)) == 2
    while run_pending(lambda: time.time() + 600):
        pass
    assert objects(api) == []


def test_the_last_document_goes_while_its_content_is_uploaded_again(api: Api) -> None:
    """The deletion commits between the reads of the upload and its commit."""
    upload(api, "a.txt", SAME)
    struck: list[int] = []

    def strike(**_: Any) -> None:
        if not struck:
            struck.append(1)
            with ThreadPoolExecutor(1) as other:
                other.submit(by_another_process, lambda: api.delete("/documents/1")).result()
                other.submit(deliver).result()

    with hooked(dynamodb(), "before-call.TransactWriteItems", strike):
        assert send(api, "b.txt", SAME).status == 200
    check_objects(api)
    assert [row["name"] for row in documents(api)] == ["b.txt"]
    assert len(objects(api)) == 1


def by_another_process(perform: Callable[[], Answer]) -> None:
    """Writers of one process take turns, which another process would not know of."""
    import threading

    from chalicelib.operations import turns

    queues = turns._QUEUES
    turns._QUEUES = tuple(threading.RLock() for _ in queues)
    try:
        assert perform().status == 200
    finally:
        turns._QUEUES = queues


def test_the_same_content_arrives_twice_at_once(api: Api) -> None:
    """The other upload commits before the first, which then has an object too many."""
    struck: list[int] = []

    def strike(**_: Any) -> None:
        if not struck:
            struck.append(1)
            with ThreadPoolExecutor(1) as other:
                other.submit(by_another_process, lambda: send(api, "b.txt", SAME)).result()

    with hooked(dynamodb(), "before-call.TransactWriteItems", strike):
        assert send(api, "a.txt", SAME).status == 200
    assert len(objects(api)) == 2
    check_objects(api)
    assert len(objects(api)) == 1
    assert len(documents(api)) == 2


def test_an_upload_is_completed_twice_at_once(api: Api) -> None:
    body = large(api)
    struck: list[int] = []

    def strike(**_: Any) -> None:
        if not struck:
            struck.append(1)
            with ThreadPoolExecutor(1) as other:
                other.submit(by_another_process, lambda: api.post("/documents", body)).result()

    with hooked(dynamodb(), "before-call.TransactWriteItems", strike):
        assert api.post("/documents", body).data["id"] == 1
    check_objects(api)
    assert len(documents(api)) == 1
    assert len(objects(api)) == 1
    assert objects(api, "uploads") == []


def test_many_threads_upload_and_delete_the_same_content(api: Api) -> None:
    def work(number: int) -> None:
        made = upload(api, f"{number}.txt", SAME)
        if number % 3:
            assert api.delete(f"/documents/{made['id']}").status == 200
        run_pending(lambda: time.time() + 2)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    check_objects(api)
    assert len(documents(api)) == 8
    assert len(objects(api)) == 1


def test_an_expense_drops_its_documents_with_its_save_or_not_at_all(api: Api) -> None:
    for _ in range(3):
        send(api, content=SAME, fields={"expense_id": 1})
    with dying("before-call", 3, dynamodb()), pytest.raises(Died):
        api.put("/expenses/1", {"document_ids": [2], "amount": 9})
    assert len(documents(api)) == 3
    assert api.get("/expenses/1").data["amount"] == 1


def test_without_storage_nothing_is_uploaded(api: Api) -> None:
    with unreachable(s3()):
        answer = send(api)
        assert answer.status == 503
        assert api.get("/documents").status == 200
    assert documents(api) == []
    assert send(api).status == 200
