"""The model of write units agrees with what DynamoDB Local reports for single writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.store.models import EventRow, RecordRow
from tests.costs import capacity
from tests.costs.capacity import Row
from tests.costs.meter import indexes_of

RECORDS, EVENTS = RecordRow.Meta.table_name, EventRow.Meta.table_name


def record(number: int, bytes_: int = 100, **more: str) -> Row:
    sort = f"{number:010d}"
    row: Row = {"pk": {"S": "costs#invoice"}, "sk": {"S": sort}, "u": {"S": f"0000000001#{sort}"}}
    row |= {"v": {"N": "1"}, "b": {"B": bytes(bytes_)}}
    return row | {name: {"S": text} for name, text in more.items()}


def event(number: int, **more: str) -> Row:
    row: Row = {"pk": {"S": "costs"}, "sk": {"S": f"{number:012d}"}, "b": {"B": b"body"}}
    return row | {name: {"S": text} for name, text in more.items()}


STEPS: list[tuple[str, list[Row]]] = [
    (RECORDS, [record(1)]),
    (RECORDS, [record(2), record(2, u="0000000002#x")]),
    (RECORDS, [record(3), record(3, 200)]),
    (RECORDS, [record(4, c="7#4"), record(4, 2_500, c="7#4"), record(4, c="8#4"), record(4)]),
    (RECORDS, [record(5, 1_100, c="7#5", q="2#5"), record(5, 3_500, c="7#5", q="2#5", u="9")]),
    (EVENTS, [event(1), event(1, c="costs#1")]),
    (EVENTS, [event(2, c="costs#1", d="0", at="5"), event(2, c="costs#1", d="0", at="6"), event(2)]),
]


@pytest.mark.parametrize(("table", "versions"), STEPS)
def test_model_agrees_with_single_writes(tables: None, table: str, versions: list[Row]) -> None:
    client: Any = get_session().create_client("dynamodb")
    before: Row | None = None
    for after in versions:
        answer = client.put_item(TableName=table, Item=after, ReturnConsumedCapacity="TOTAL")
        expected = capacity.write_units(before, after, indexes_of(table), factor=1)
        assert Decimal(str(answer["ConsumedCapacity"]["CapacityUnits"])) == expected
        before = after
    # Others would take them for real.
    client.delete_item(TableName=table, Key={name: versions[0][name] for name in ("pk", "sk")})


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"N": "0"}, 2), ({"N": "12"}, 2), ({"N": "-123.45"}, 5), ({"S": "Bär"}, 4), ({"B": b"12345"}, 5)],
)
def test_a_value_has_the_size_that_aws_documents(value: dict[str, Any], expected: int) -> None:
    assert capacity.size({"ab": value}) == 2 + expected
