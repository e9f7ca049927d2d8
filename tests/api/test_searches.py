"""Filters beyond v4's: what the API lists is what a plain look at every record finds, in any combination."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.local.gateway import Gateway
from chalicelib.operations import lists, pages
from chalicelib.store import reads
from tests.api.walks import Params, Row, ids, walk
from tests.api_client import Api, Clock

TODAY = "2026-11-22"
WORDS = ("Alpha", "beta gate", "GÄMMA", "Delta-7")
DAYS = ("2026-10-01", "2026-11-21", "2026-11-22", "2026-11-30")
LEVELS = {"draft": 1, "sent": 2, "viewed": 3, "approved": 4, "partial": 5, "paid": 6}


class Books:
    """An account with its invoices as the API shows them."""

    def __init__(self, api: Api, rows: list[Row]) -> None:
        self.api, self.rows = api, rows


def _invoice(dice: random.Random) -> Row:
    return {
        "client_id": dice.randint(1, 2),
        "invoice_date": dice.choice(DAYS),
        "due_date": dice.choice(("", *DAYS)),
        "po_number": dice.choice(WORDS),
        "public_notes": dice.choice(("", *WORDS)),
        "is_public": dice.random() < 0.6,
        "is_quote": dice.random() < 0.2,
        "paid": dice.choice((0, 0, 5, 30)),
        "invoice_items": [{"notes": dice.choice(WORDS), "cost": dice.choice((5, 30, 70)), "qty": 1}],
    }


@pytest.fixture(scope="module")
def books(gateway: Gateway) -> Iterator[Books]:
    """Two clients with 40 invoices and quotes of all sorts, and every record as the API shows it."""
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr("chalicelib.api.auth.time", clock_module(clock))
        api, dice = Api(gateway).register(), random.Random(7)
        for name in WORDS[:2]:
            api.post("/clients", {"name": name})
        for number in range(1, 41):
            clock.tick(dice.choice((0, 0, 30)))
            sent = _invoice(dice)
            if sent["is_quote"]:
                del sent["paid"]
            assert api.post("/invoices", sent).data["id"] == number
            clock.tick(dice.choice((0, 1)))
            if dice.random() < 0.3:
                api.put(f"/invoices/{number}?action={dice.choice(('archive', 'delete'))}")
        yield Books(api, _all(api))


def clock_module(clock: Clock) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(time=lambda: float(clock.now), monotonic=lambda: 0.0)


# ---- the plain look
def state_of(row: Row) -> str:
    return "deleted" if row["is_deleted"] else "archived" if row["archived_at"] else "active"


def is_unpaid(row: Row) -> bool:
    is_owed = not row["is_quote"] and not row["is_deleted"] and row["balance"] > 0
    return bool(is_owed and row["invoice_status_id"] in (2, 3, 4, 5))


def has_word(row: Row, word: str) -> bool:
    if word == "unpaid":
        return is_unpaid(row)
    if word == "overdue":
        return is_unpaid(row) and "" < row["due_date"] < TODAY
    return bool(row["invoice_status_id"] == LEVELS[word])


def has_status(row: Row, value: str) -> bool:
    words = value.split(",")
    states = [word for word in words if word in ("active", "archived", "deleted")]
    others = [word for word in words if word not in states]
    return (not states or state_of(row) in states) and (not others or any(has_word(row, w) for w in others))


def has_text(row: Row, value: str) -> bool:
    shown = [row["invoice_number"], row["po_number"], row["public_notes"]]
    shown += [item["notes"] for item in row["invoice_items"]]
    return any(value.casefold() in text.casefold() for text in shown)


TESTS: dict[str, Callable[[Row, Any], bool]] = {
    "status": has_status,
    "filter": has_text,
    "date_from": lambda row, day: bool(row["invoice_date"] >= day),
    "date_to": lambda row, day: bool(row["invoice_date"] <= day),
    "due_before": lambda row, day: bool("" < row["due_date"] < day),
    "balance_gt": lambda row, bound: bool(row["balance"] > float(bound)),
    "client_id": lambda row, number: bool(row["client_id"] == number),
    "updated_at": lambda row, moment: bool(row["updated_at"] >= moment),
    "filter_active": lambda row, _: not row["archived_at"],
    "invoice_type_id": lambda row, kind: bool(row["invoice_type_id"] == kind),
    "status_id": lambda row, level: bool(row["invoice_status_id"] >= level),
}
KEYS: dict[str, Callable[[Row], Any]] = {
    "id": lambda row: 0,
    "updated_at": lambda row: row["updated_at"],
    "po_number": lambda row: row["po_number"].casefold(),
    "amount": lambda row: row["amount"],
    "balance": lambda row: row["balance"],
    "due_date": lambda row: row["due_date"],
    "client_id": lambda row: row["client_id"],
}
STATUS_WORDS = ("active", "archived", "deleted", *LEVELS, "unpaid", "overdue")

params = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from(STATUS_WORDS), min_size=1, max_size=3).map(",".join),
        "filter": st.sampled_from(("alpha", "GATE", "gämma", "-7", "000", "nowhere")),
        "date_from": st.sampled_from(DAYS),
        "date_to": st.sampled_from(DAYS),
        "due_before": st.sampled_from(DAYS),
        "balance_gt": st.sampled_from(("0", "10", "25.5", "-1")),
        "client_id": st.sampled_from((1, 2)),
        "updated_at": st.sampled_from((0, 300, 900)).map(lambda later: later + 1_795_348_800),
        "filter_active": st.just(1),
        "invoice_type_id": st.sampled_from((1, 2)),
        "status_id": st.sampled_from((1, 2, 5)),
    },
)
orders = st.none() | st.tuples(st.sampled_from(sorted(KEYS)), st.booleans())


def expected(rows: list[Row], sent: Params, order: tuple[str, bool] | None) -> list[int]:
    found = [row for row in rows if all(TESTS[name](row, value) for name, value in sent.items())]
    name, descending = order or ("updated_at", True)
    found.sort(key=lambda row: (KEYS[name](row), row["id"]), reverse=descending)
    return [row["id"] for row in found]


@settings(max_examples=120)
@given(sent=params, order=orders, size=st.integers(1, 7), style=st.booleans())
def test_any_combination_lists_what_a_plain_look_finds(
    books: Books, sent: Params, order: tuple[str, bool] | None, size: int, style: bool
) -> None:
    api, rows = books.api, books.rows
    wanted = expected(rows, sent, order)
    if order:
        name, descending = order
        spelled = f"{name}|{'desc' if descending else 'asc'}" if style else "-" * descending + name
        sent = {**sent, "sort": spelled}
    assert ids(api, "/invoices", **sent) == wanted
    assert walk(api, "/invoices", per_page=size, **sent) == wanted
    second = api.get(f"/invoices?{urlencode({**sent, 'per_page': size, 'page': 2})}")
    assert [row["id"] for row in second.data] == wanted[size : 2 * size]
    assert second.json["meta"]["pagination"]["total"] == len(wanted)


def test_quotes_take_the_same_filters(books: Books) -> None:
    api, rows = books.api, books.rows
    drafts = [row for row in rows if row["is_quote"] and row["invoice_status_id"] == 1]
    assert sorted(ids(api, "/quotes", status="draft")) == sorted(row["id"] for row in drafts)
    assert ids(api, "/quotes", status="unpaid") == []


# ---- bounds
def test_a_bounded_answer_leads_on_by_its_cursor(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an answer's queries used up, fewer rows come than asked, and the walk still meets all."""
    api, rows = books.api, books.rows
    monkeypatch.setattr(lists, "MOST_SCANS", 2)
    monkeypatch.setattr(lists, "GROWTH", 1)
    wanted = expected(rows, {"filter": "alpha"}, None)
    first = api.get("/invoices?filter=alpha&per_page=2").json["meta"]["pagination"]
    assert (first["total"], first.get("total_is_exact")) == (len(wanted), None)
    cursor, met = first["next_cursor"], []
    for _ in range(60):
        answer = api.get(f"/invoices?filter=alpha&per_page=2&cursor={cursor}")
        met += [row["id"] for row in answer.data]
        cursor = answer.json["meta"]["pagination"].get("next_cursor", "")
        if not cursor:
            break
    assert met == wanted[2:]


def test_too_many_to_count_or_to_sort(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    api = books.api
    monkeypatch.setattr(pages, "COUNT_LIMIT", 3)
    monkeypatch.setattr(lists, "COUNT_LIMIT", 3)
    query = reads.query
    monkeypatch.setattr(
        lists,
        "query",
        lambda wanted, limit, start, count_only=False: query(wanted, min(limit or 5, 5), start, count_only),
    )
    for sent in ("filter=0", "status=sent,draft"):
        answer = api.get(f"/invoices?{sent}&per_page=2")
        meta = answer.json["meta"]["pagination"]
        assert meta["total"] >= 3
        assert meta["total_is_exact"] is False
        assert meta["links"]["next"]
        assert len(walk(api, "/invoices", per_page=2, **dict([sent.split("=")]))) > 10
    assert api.get("/invoices?sort=amount").errors.keys() == {"sort"}
    # One client's records beyond the bound are walked instead of sorted.
    assert walk(api, "/invoices", client_id=1, per_page=2) == expected(_all(api), {"client_id": 1}, None)
    assert api.get("/invoices?sort=amount&client_id=1").errors.keys() == {"sort"}


def _all(api: Api) -> list[Row]:
    rows: list[Row] = api.get("/invoices?per_page=500").data
    return rows


def test_a_page_of_rare_matches_is_reached_in_few_queries(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_STEPS", 5)
    wanted = expected(books.rows, {"status": "partial,paid"}, None)
    assert 2 < len(wanted) < len(books.rows) / 2
    for page, number in enumerate(wanted, 1):
        answer = books.api.get(f"/invoices?status=partial,paid&per_page=1&page={page}")
        assert [row["id"] for row in answer.data] == [number]
    monkeypatch.setattr(lists, "MOST_STEPS", 1)
    far = books.api.get("/invoices?status=partial,paid&status_id=2&per_page=1&page=3")
    assert far.errors.keys() == {"page"}
