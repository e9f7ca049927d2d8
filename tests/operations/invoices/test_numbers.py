"""Numbers of invoices and quotes: every recorded sequence of billing 3.4, and what guards them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.api_client import Api, Clock
from tests.operations.steps import act, change, client, invoice, line, number_of, settings

QUOTE = {"is_quote": True}
NEGATIVE = {"invoice_items": [line(-50)]}
SEPARATE = {"share_counter": False}
PREFIXES = {"invoice_number_prefix": "INV-", "quote_number_prefix": "Q-"}
ONE: dict[str, Any] = {}


class Sequence(NamedTuple):
    """Settings, the creations in order, their numbers, the account's and client's counters afterwards."""

    name: str
    settings: dict[str, Any]
    calls: list[dict[str, Any]]
    numbers: list[str]
    invoice: int
    quote: int = 1
    client: int = 1


SEQUENCES = [
    Sequence(
        "shared",
        {"invoice_number_counter": 5000},
        [ONE, QUOTE, ONE],
        ["5000", "5001", "5002"],
        5003,
    ),
    Sequence(
        "not shared",
        {**SEPARATE, "invoice_number_counter": 5003, "quote_number_counter": 7000},
        [ONE, QUOTE, ONE, QUOTE],
        ["5003", "7000", "5004", "7001"],
        5005,
        7002,
    ),
    Sequence(
        "prefixes",
        {**PREFIXES, "invoice_number_counter": 12},
        [ONE, QUOTE, ONE],
        ["INV-0012", "Q-0013", "INV-0014"],
        15,
    ),
    Sequence(
        "padding 2",
        {**PREFIXES, "invoice_number_padding": 2, "invoice_number_counter": 3},
        [ONE],
        ["INV-03"],
        4,
    ),
    Sequence(
        "padding 0",
        {**PREFIXES, "invoice_number_padding": 0, "invoice_number_counter": 7},
        [ONE],
        ["INV-7"],
        8,
    ),
    Sequence(
        "a manual number burns a counter value",
        {**PREFIXES, "invoice_number_counter": 100},
        [{"invoice_number": "MAN1"}, ONE],
        ["MAN1", "INV-0101"],
        102,
    ),
    Sequence(
        "a manual number ahead is skipped",
        {**PREFIXES, "invoice_number_counter": 104},
        [{"invoice_number": "INV-0105"}, ONE, ONE],
        ["INV-0105", "INV-0106", "INV-0107"],
        108,
    ),
    Sequence(
        "a negative invoice does not move the counter",
        {**PREFIXES, "invoice_number_counter": 200},
        [NEGATIVE, ONE],
        ["INV-0200", "INV-0201"],
        202,
    ),
    Sequence(
        "year and counter",
        {"invoice_number_pattern": "{$year}-{$counter}", "invoice_number_counter": 300},
        [ONE, ONE],
        ["2026-0300", "2026-0301"],
        302,
    ),
    Sequence(
        "date and counter",
        {"invoice_number_pattern": "{$date:Y-m}/{$counter}", "invoice_number_counter": 302},
        [ONE],
        ["2026-11/0302"],
        303,
    ),
    Sequence(
        "the client's own counter",
        {"invoice_number_pattern": "{$clientIdNumber}-{$clientCounter}", "invoice_number_counter": 303},
        [ONE, ONE],
        ["ID7-0001", "ID7-0002"],
        303,
        client=3,
    ),
    Sequence(
        "both counters",
        {"invoice_number_pattern": "{$clientCounter}{$counter}", "invoice_number_counter": 314},
        [ONE, ONE],
        ["00010314", "00020315"],
        316,
        client=3,
    ),
    Sequence(
        "the invoice pattern decides which counter quotes move",
        {
            **SEPARATE,
            "invoice_number_pattern": "{$clientIdNumber}{$clientCounter}",
            "quote_number_pattern": "Q{$counter}",
            "quote_number_counter": 900,
        },
        [QUOTE, QUOTE],
        ["Q0900", "Q0901"],
        1,
        901,
    ),
    Sequence(
        "the user, a counter twice, an unknown token",
        {"invoice_number_pattern": "{$userId}{$counter}-{$counter}{$nobody}", "invoice_number_counter": 322},
        [ONE],
        ["010322-0322{$nobody}"],
        323,
    ),
]


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.name)
def test_recorded_sequence(api: Api, clock: Clock, sequence: Sequence) -> None:
    client(api, id_number="ID7")
    settings(api, **sequence.settings)
    assert [number_of(invoice(api, **call)) for call in sequence.calls] == sequence.numbers
    account = api.get("/accounts").data
    assert (account["invoice_number_counter"], account["quote_number_counter"]) == (
        sequence.invoice,
        sequence.quote,
    )
    counted = api.get("/clients/1").data
    assert counted["invoice_number_counter"] == sequence.client or "quote" in sequence.name


def test_a_counter_set_back_passes_what_is_taken(api: Api) -> None:
    client(api)
    settings(api, **SEPARATE, invoice_number_counter=5000)
    for _ in range(5):
        invoice(api)
    settings(api, quote_number_counter=5000)
    assert number_of(invoice(api, **QUOTE)) == "5005"
    assert api.get("/accounts").data["quote_number_counter"] == 5006


def test_a_client_counter_set_back_passes_what_is_taken(api: Api) -> None:
    client(api, id_number="ID7")
    settings(api, invoice_number_pattern="{$clientIdNumber}-{$clientCounter}")
    assert [number_of(invoice(api)) for _ in range(3)] == ["ID7-0001", "ID7-0002", "ID7-0003"]
    api.put("/clients/1", {"invoice_number_counter": 1})
    assert number_of(invoice(api)) == "ID7-0004"
    assert api.get("/clients/1").data["invoice_number_counter"] == 5


def test_numbers_stay_taken_for_ever(api: Api) -> None:
    client(api)
    invoice(api, invoice_number=" A-1 ")
    api.delete("/invoices/1")
    for taken in ("A-1", "a-1", "A-1  "):
        assert set(api.post("/invoices", {"client_id": 1, "invoice_number": taken}).errors) == {
            "invoice_number"
        }
        quote = {"client_id": 1, "invoice_number": taken, **QUOTE}
        assert api.post("/invoices", quote).status == 422, "one namespace for all kinds"
    invoice(api)
    assert api.put("/invoices/2", {"invoice_number": "A-1"}).status == 422
    assert api.get("/accounts").data["invoice_number_counter"] == 3, "refusals move nothing"


def test_a_new_number_frees_the_old_one(api: Api) -> None:
    client(api)
    invoice(api, invoice_number="OLD")
    assert number_of(change(api, 1, invoice_number="NEW")) == "NEW"
    assert number_of(invoice(api, invoice_number="OLD")) == "OLD"
    assert number_of(change(api, 1, invoice_number="new")) == "new", "its own number in another case"
    assert number_of(change(api, 1, invoice_number="")) == "new", "an empty one changes nothing"
    assert api.put("/invoices/1", {"invoice_number": "old"}).status == 422


def test_templates_take_no_number(api: Api) -> None:
    client(api)
    for sent in ({}, {"invoice_number": "MINE"}):
        assert number_of(invoice(api, is_recurring=True, **sent)) == ""
    assert number_of(invoice(api, invoice_number="MINE")) == "MINE"
    assert api.get("/accounts").data["invoice_number_counter"] == 2


def test_states_and_edits_move_no_counter(api: Api) -> None:
    client(api)
    invoice(api)
    for action in ("mark_sent", "archive", "restore", "delete", "restore"):
        act(api, 1, action)
    change(api, 1, po_number="7")
    assert api.get("/accounts").data["invoice_number_counter"] == 2
