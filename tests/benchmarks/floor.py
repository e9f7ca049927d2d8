"""What our ratios are measured against: a bare handler with a stock botocore client and json.

It keeps records as typed DynamoDB maps, one attribute a field, and knows neither tokens nor rules. It makes
as many calls and writes as many rows as the API does for the same request.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from botocore.session import get_session

TABLE = "floor"

Data = dict[str, Any]


class Floor:
    """Records of one kind in a table of its own."""

    def __init__(self) -> None:
        self.client: Any = get_session().create_client("dynamodb")

    def create_table(self) -> None:
        self.client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )

    def seed(self, partition: str, records: list[Data]) -> None:
        for number, record in enumerate(records, 1):
            self.client.put_item(TableName=TABLE, Item=_item(partition, number, record))

    def get(self, partition: str, number: int) -> Data:
        answer = self.client.get_item(TableName=TABLE, Key=_key(partition, number), ConsistentRead=True)
        return _answer({"data": plain({"M": answer["Item"]})})

    def page(self, partition: str, size: int) -> Data:
        total = self.client.get_item(TableName=TABLE, Key=_key("head", 1), ConsistentRead=True)["Item"]
        answer = self.client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            Limit=size,
            ConsistentRead=True,
        )
        rows = [plain({"M": item}) for item in answer["Items"]]
        return _answer({"data": rows, "meta": {"total": plain({"M": total})}})

    def create(self, body: str, number: int) -> Data:
        """Reads what the API reads for ten known products; writes invoice, number, key, event and head."""
        sent = json.loads(body)
        keys = [_key("product", row) for row in range(1, 11)]
        others = [_key("client", 1), _key("account", 1), _key("head", 1)]
        self._read([*others, *keys])
        products = self._read(keys)
        invoice = {**products[0], **sent, "amount": sum(_total(row) for row in sent["invoice_items"])}
        small = {"id": number}
        rows = [
            _item("invoice", 10**6 + number, invoice),
            _item("unique", number, small),
            _item("invitation", number, small),
            _item("event", number, {"record": invoice, "at": number}),
            _item("head", 2, small),
        ]
        self.client.transact_write_items(
            TransactItems=[{"Put": {"TableName": TABLE, "Item": row}} for row in rows]
        )
        return _answer({"data": invoice})

    def _read(self, keys: list[Data]) -> list[Data]:
        request = {TABLE: {"Keys": keys, "ConsistentRead": True}}
        answer = self.client.batch_get_item(RequestItems=request)
        return [plain({"M": item}) for item in answer["Responses"][TABLE]]


def _total(row: Data) -> float:
    return float(row["cost"]) * float(row["qty"])


def _key(partition: str, number: int) -> Data:
    return {"pk": {"S": partition}, "sk": {"S": f"{number:010d}"}}


def _item(partition: str, number: int, record: Data) -> Data:
    fields: Data = typed(record)["M"]
    return fields | _key(partition, number)


def _answer(value: Any) -> Data:
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value)}


def typed(value: Any) -> Data:
    """A JSON value as an AttributeValue."""
    if isinstance(value, dict):
        return {"M": {name: typed(content) for name, content in value.items()}}
    if isinstance(value, list):
        return {"L": [typed(content) for content in value]}
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    return {"BOOL": value} if isinstance(value, bool) else {"N": str(value)}


def plain(value: Data) -> Any:
    """An AttributeValue as a JSON value."""
    ((kind, content),) = value.items()
    if kind == "M":
        return {name: plain(inner) for name, inner in content.items()}
    if kind == "L":
        return [plain(inner) for inner in content]
    if kind == "N":
        number = Decimal(content)
        return int(number) if number == number.to_integral_value() else float(number)
    return None if kind == "NULL" else content
