"""Who sees, reads and deletes attached files (resources.md 4.2, 4.3)."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Answer, Api
from tests.security.test_permissions import Hire, hire, owner
from tests.uploads import send, upload

SECRET = b"content of the owner"
NAME = "secret-name.txt"

__all__ = ("hire", "owner")


@pytest.fixture
def stocked(owner: Api) -> Api:
    """Documents: 1 of an invoice, 2 of an expense, 3 the account's, 4 of a quote."""
    owner.post("/expenses", {"amount": 5})
    for fields in ({"invoice_id": 1}, {"expense_id": 1}, {"is_default": 1}, {"invoice_id": 2}):
        upload(owner, NAME, SECRET, **fields)
    return owner


def reads(clerk: Api, number: int) -> set[int]:
    answers = [clerk.get(f"/documents/{number}{query}") for query in ("", "?metadata=1")]
    answers.append(clerk.send("HEAD", f"/documents/{number}"))
    for answer in answers:
        if answer.status != 200:
            refused(answer)
    return {answer.status for answer in answers}


def refused(answer: Answer) -> None:
    assert answer.status in (403, 404)
    assert SECRET not in answer.body and NAME.encode() not in answer.body


@pytest.mark.parametrize(
    ("permissions", "readable"),
    [
        ((), set()),
        (("view_invoice",), {1, 4}),
        (("view_expense",), {2}),
        (("view_invoice", "view_expense"), {1, 2, 3, 4}),
        (("view_quote", "edit_invoice", "edit_expense", "create_invoice", "view_client"), set()),
    ],
)
def test_reading_follows_the_record(
    stocked: Api, hire: Hire, permissions: tuple[str, ...], readable: set[int]
) -> None:
    clerk = hire(*permissions)
    for number in (1, 2, 3, 4):
        assert reads(clerk, number) == ({200} if number in readable else {403})
    assert clerk.get("/documents/5").status == 404
    assert clerk.get("/documents").data == [], "lists show the own ones only"
    for number in (1, 2, 3, 4):
        refused(clerk.delete(f"/documents/{number}"))
        assert stocked.get(f"/documents/{number}").body == SECRET


def test_own_documents_may_be_read_and_deleted(stocked: Api, hire: Hire) -> None:
    clerk, other = hire(), hire("view_invoice")
    made = upload(clerk, NAME, SECRET)
    assert [row["id"] for row in clerk.get("/documents").data] == [made["id"]]
    assert clerk.get("/documents").json["meta"]["pagination"]["total"] == 1
    assert reads(clerk, made["id"]) == {200}
    assert reads(other, made["id"]) == {403}
    refused(other.delete(f"/documents/{made['id']}"))
    assert clerk.delete(f"/documents/{made['id']}").status == 200
    assert stocked.get("/documents/1").body == SECRET, "which has the same content"


def test_own_records_lend_their_documents(stocked: Api, hire: Hire) -> None:
    clerk = hire("create_invoice", "create_client")
    client = clerk.post("/clients", {"name": "own"}).data["id"]
    invoice = clerk.post("/invoices", {"client_id": client, "invoice_items": [{"cost": 1}]}).data["id"]
    upload(stocked, "lent.txt", b"lent", invoice_id=invoice)
    assert clerk.get("/documents/5").body == b"lent"
    refused(clerk.delete("/documents/5"))


def test_attaching_needs_the_right_to_edit(stocked: Api, hire: Hire) -> None:
    blind, viewer, editor = hire(), hire("view_invoice"), hire("view_invoice", "edit_invoice")
    assert send(blind, fields={"invoice_id": 1}).status == 404
    assert send(viewer, fields={"invoice_id": 1}).status == 403
    assert send(editor, fields={"invoice_id": 1}).status == 200
    assert send(editor, fields={"invoice_id": 2}).status == 403, "quotes have a permission of their own"
    assert send(editor, fields={"is_default": 1}).status == 403
    for number, body in ((1, {"document_ids": [3]}), (1, {"document_ids": [2]})):
        assert editor.put(f"/invoices/{number}", body).status == 200
    assert stocked.get("/documents/2?metadata=1").data["expense_id"] == 1, "not the editor's to move"
    assert stocked.get("/documents/3?metadata=1").data["invoice_id"] == 0


def test_other_accounts_do_not_exist(stocked: Api, gateway: Gateway) -> None:
    stranger = Api(gateway).register()
    upload(stranger, NAME, SECRET)
    for number in (2, 3, 4):
        for answer in (
            stranger.get(f"/documents/{number}"),
            stranger.get(f"/documents/{number}?metadata=1"),
            stranger.get(f"/documents/{number}?preview=1"),
            stranger.delete(f"/documents/{number}"),
        ):
            assert answer.status == 404
            refused(answer)
    assert send(stranger, fields={"invoice_id": 1}).status == 404
    stranger.delete("/documents/1")
    assert stocked.get("/documents/1").body == SECRET


@pytest.mark.parametrize(
    "name", ['a"b\r\nSet-Cookie: x=1.txt', "\u202etxt.exe.pdf", "../../x.txt", "\u2028.pdf"]
)
def test_hostile_names_stay_names(stocked: Api, name: str) -> None:
    body = {"name": name, "size": 5}
    answer = stocked.post("/documents", body)
    assert answer.status == 200
    assert ".." not in answer.data["fields"]["key"]
    from chalicelib.store import files

    assert "%0D" not in files.link("key", name).partition("filename%3D")[2].partition("%3B")[0]
