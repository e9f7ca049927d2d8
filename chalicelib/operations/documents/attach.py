"""Which documents an invoice or expense has, and `document_ids` on its saves (http.md 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.documents import rows
from chalicelib.operations.lists import by_ids
from chalicelib.operations.shapes import DOCUMENT, EXPENSE, INVOICE
from chalicelib.operations.work import Work
from chalicelib.store import codec
from chalicelib.store.reads import Key, get_rows
from chalicelib.store.record import Record

MOST_LISTED = 1_000
MOST_CHANGED = 20
"""Documents that one save may move, copy or delete, since all change in its transaction."""

COPIED = ("name", "type", "size", "width", "height", "sha1", "file", "preview_type")


def attach(work: Work, parent: Record, body: Mapping[str, Any], creating: bool) -> None:
    """Bring the documents of `document_ids` to a record, and on an update delete its others.

    Unknown ones and those that the user may not edit are passed over, as in v4. Without the key nothing
    happens, and for an invoice not by an empty list either. InvalidInput: no ids, or too many.
    """
    sent = body.get("document_ids")
    if sent is None:
        return
    ids = _read_ids(sent)
    pointer = rows.parent_pointer(parent.kind)
    held_key = work.pointer_key(pointer, str(parent.id))
    work.fetch([held_key, *(work.key(DOCUMENT.kind, number) for number in ids)])
    held = [] if creating else work.pointed(pointer, str(parent.id))
    found = [work.find(DOCUMENT, number) for number in ids if number not in held]
    arriving = [document for document in found if document and _editable(work.context, document)]
    drops = bool(ids) or parent.kind == EXPENSE.kind
    leaving = [number for number in held if number not in ids] if drops else []
    if len(arriving) + len(leaving) > MOST_CHANGED:
        raise InvalidInput.of("document_ids", f"At most {MOST_CHANGED} documents may change at once.")
    work.fetch(work.key(DOCUMENT.kind, number) for number in leaving)
    dropped = [work.load(DOCUMENT, number) for number in leaving]
    work.fetch(key for document in (*arriving, *dropped) for key in rows.pointer_keys(work, document.data))
    for document in arriving:
        if parent.kind == INVOICE.kind and document.data["invoice_id"]:
            _clone(work, document, parent)
        else:
            _move(work, document, parent)
    for document in dropped:
        rows.remove(work, document)


def _read_ids(sent: Any) -> list[int]:
    if sent == "":
        return []
    if not isinstance(sent, list) or len(sent) > MOST_LISTED:
        raise InvalidInput.of("document_ids", f"The value must be a list of at most {MOST_LISTED} ids.")
    try:
        # v4 passes over the zeros and blanks that its own forms send.
        return [number for number in dict.fromkeys(whole(one, 0, 10**10 - 1) for one in sent) if number]
    except ValueError as error:
        raise InvalidInput.of("document_ids", str(error)) from None


def _editable(context: Context, document: Record) -> bool:
    return context.may("edit", DOCUMENT.kind, document.owner)


def _move(work: Work, document: Record, parent: Record) -> None:
    before = dict(document.data)
    document.data |= {"invoice_id": 0, "expense_id": 0, f"{parent.kind}_id": parent.id}
    rows.store(work, document, before)
    crud.announce(work, rows.PLAN, document, crud.UPDATED)


def _clone(work: Work, document: Record, invoice: Record) -> None:
    """Another document of the same content; what it was made from stays where it is."""
    made = work.new(DOCUMENT)
    made.data |= {name: document.data[name] for name in COPIED}
    made.data["invoice_id"] = invoice.id
    rows.store(work, made, {})
    crud.announce(work, rows.PLAN, made, crud.CREATED)


def copy(work: Work, source: Record, target: Record) -> None:
    """Give an invoice the documents of the one it is made from. InvalidInput: too many."""
    pointer = rows.parent_pointer(INVOICE.kind)
    ids = work.pointed(pointer, str(source.id))
    if len(ids) > MOST_CHANGED:
        raise InvalidInput.of("action", f"At most {MOST_CHANGED} documents can be copied at once.")
    work.fetch(work.key(DOCUMENT.kind, number) for number in ids)
    documents = [work.load(DOCUMENT, number) for number in ids]
    work.fetch(key for document in documents for key in rows.pointer_keys(work, document.data))
    for document in documents:
        _clone(work, document, target)


def of_parents(context: Context, kind: str, ids: Sequence[int]) -> list[list[Record]]:
    """The documents of each invoice or expense, oldest first."""
    work = Work(context, {})
    keys = {number: work.pointer_key(rows.parent_pointer(kind), str(number)) for number in ids}
    stored = get_rows(keys.values()) if keys else {}
    known = [number for row in stored.values() if row for number in codec.unpack(row["b"]["B"])]
    fresh = [number for its_kind, number in context.fresh if its_kind == DOCUMENT.kind]
    found: dict[int, list[Record]] = {number: [] for number in ids}
    for document in by_ids(context, DOCUMENT.kind, sorted({*known, *fresh})):
        found.get(document.data.get(f"{kind}_id", 0), []).append(document)
    return [found[number] for number in ids]


def effective(context: Context, invoice: int, expenses: Sequence[int]) -> list[Record]:
    """All documents that go with an invoice: its own, the account's, and those of its expenses that share."""
    return going_with(Work(context, {}), invoice, expenses)


def going_with(work: Work, invoice: int, expenses: Sequence[int]) -> list[Record]:
    """The same, read through a unit of work."""
    work.fetch(work.key(EXPENSE.kind, number) for number in expenses)
    found = (work.find(EXPENSE, number) for number in expenses)
    sharing = [expense.id for expense in found if expense and expense.data["invoice_documents"]]
    holders = [*_holders(invoice), *((rows.parent_pointer(EXPENSE.kind), str(number)) for number in sharing)]
    work.fetch(work.pointer_key(*holder) for holder in holders)
    ids = list(dict.fromkeys(number for holder in holders for number in work.pointed(*holder)))
    work.fetch(work.key(DOCUMENT.kind, number) for number in ids)
    documents = (work.find(DOCUMENT, number) for number in ids)
    return [document for document in documents if document is not None]


def pointer_keys(work: Work, invoice: int) -> list[Key]:
    """What `going_with` reads first, for reading it along with something else."""
    return [work.pointer_key(*holder) for holder in _holders(invoice)]


def _holders(invoice: int) -> list[tuple[str, str]]:
    """The pointers to an invoice's own documents and to the account's."""
    return [(rows.parent_pointer(INVOICE.kind), str(invoice)), (rows.DEFAULT, "1")]
