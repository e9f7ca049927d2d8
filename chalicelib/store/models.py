"""The three tables as PynamoDB's Models (design.md section 4), for those who write rows or make tables.

Attribute names are short because every item carries them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.base import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, LocalSecondaryIndex
from pynamodb.models import Model

from chalicelib.store.connection import connection
from chalicelib.store.reads import EVENTS, LOOKUPS, RECORDS


class _Shared(Connection):
    """PynamoDB's connection by way of the one that all share."""

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        return connection().dispatch(operation_name, operation_kwargs)


class Table(Model):
    """Base of the tables: PynamoDB would make a session and a client for each of them."""

    class Meta:
        table_name: str

    @classmethod
    def _get_connection(cls) -> TableConnection:
        known = cls._connection
        own = super()._get_connection()
        if own is not known:
            shared = _Shared(region=connection().region)
            shared.add_meta_table(own.get_meta_table())
            own.connection = shared
        return own


class DecimalAttribute(Attribute[Decimal]):
    """An exact DynamoDB number; PynamoDB's own NumberAttribute reads floats."""

    attr_type = "N"

    def serialize(self, value: Decimal) -> str:
        return format(value, "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class ByUpdated(LocalSecondaryIndex[Any]):
    """`updated#id`: what lists show, newest change first."""

    class Meta:
        index_name = "updated"
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    updated = UnicodeAttribute(range_key=True, attr_name="u")


class ByClient(LocalSecondaryIndex[Any]):
    """`client#id`. Without the time of change, so an edit moves one index row and not two."""

    class Meta:
        index_name = "client"
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    client = UnicodeAttribute(range_key=True, attr_name="c")


class BySubtype(LocalSecondaryIndex[Any]):
    """`type#updated#id` of the rarer sub-types (quotes, recurring templates) only."""

    class Meta:
        index_name = "subtype"
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    subtype = UnicodeAttribute(range_key=True, attr_name="q")


class Spare1(LocalSecondaryIndex[Any]):
    """Local indexes cannot be added to a living table; an unused one costs nothing."""

    class Meta:
        index_name = "spare1"
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    spare = UnicodeAttribute(range_key=True, attr_name="x1")


class Spare2(LocalSecondaryIndex[Any]):
    """See `Spare1`."""

    class Meta:
        index_name = "spare2"
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    spare = UnicodeAttribute(range_key=True, attr_name="x2")


class RecordRow(Table):
    """Every account-scoped row: `account#kind` / id."""

    class Meta:
        table_name = RECORDS
        billing_mode = "PAY_PER_REQUEST"

    by_updated = ByUpdated()
    by_client = ByClient()
    by_subtype = BySubtype()
    spare1 = Spare1()
    spare2 = Spare2()

    partition = UnicodeAttribute(hash_key=True, attr_name="pk")
    ident = UnicodeAttribute(range_key=True, attr_name="sk")
    updated = UnicodeAttribute(null=True, attr_name="u")
    client = UnicodeAttribute(null=True, attr_name="c")
    subtype = UnicodeAttribute(null=True, attr_name="q")
    version = NumberAttribute(attr_name="v")
    state = NumberAttribute(null=True, attr_name="s")
    kind_type = NumberAttribute(null=True, attr_name="t")
    status = NumberAttribute(null=True, attr_name="st")
    owner = NumberAttribute(null=True, attr_name="o")
    balance = DecimalAttribute(null=True, attr_name="bal")
    paid = DecimalAttribute(null=True, attr_name="paid")
    body = BinaryAttribute(legacy_encoding=False, attr_name="b")


class LookupRow(Table):
    """Global keys: token hash, login e-mail, invitation key… `expires` (epoch seconds) only cleans up.

    `noted` is the time that `marks` puts there.
    """

    class Meta:
        table_name = LOOKUPS
        billing_mode = "PAY_PER_REQUEST"

    key = UnicodeAttribute(hash_key=True, attr_name="k")
    version = NumberAttribute(attr_name="v")
    expires = NumberAttribute(null=True, attr_name="ttl")
    noted = NumberAttribute(null=True, attr_name="at")
    body = BinaryAttribute(legacy_encoding=False, attr_name="b")


class EventsByClient(GlobalSecondaryIndex[Any]):
    """`account#client` / sequence: the activities of one client."""

    class Meta:
        index_name = "by_client"
        projection = AllProjection()

    client = UnicodeAttribute(hash_key=True, attr_name="c")
    sequence = UnicodeAttribute(range_key=True, attr_name="sk")


class EventsDue(GlobalSecondaryIndex[Any]):
    """Events with work left, by the time of the next attempt; a delivered event leaves the index."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    shard = UnicodeAttribute(hash_key=True, attr_name="d")
    due = UnicodeAttribute(range_key=True, attr_name="at")


class EventRow(Table):
    """Append-only: account / gapless sequence, taken inside the committing transaction.

    Only what hangs on an event, such as the deliveries of a webhook, `expires` (epoch seconds). `restored` is
    set on what an import brought: it happened elsewhere, and all that follows from it was done there.
    """

    class Meta:
        table_name = EVENTS
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "NEW_IMAGE"

    by_client = EventsByClient()
    by_due = EventsDue()

    account = UnicodeAttribute(hash_key=True, attr_name="pk")
    sequence = UnicodeAttribute(range_key=True, attr_name="sk")
    client = UnicodeAttribute(null=True, attr_name="c")
    shard = UnicodeAttribute(null=True, attr_name="d")
    due = UnicodeAttribute(null=True, attr_name="at")
    attempts = NumberAttribute(null=True, attr_name="n")
    expires = NumberAttribute(null=True, attr_name="ttl")
    restored = NumberAttribute(null=True, attr_name="r")
    body = BinaryAttribute(legacy_encoding=False, attr_name="b")


TABLES: tuple[type[Table], ...] = (RecordRow, LookupRow, EventRow)

Row = RecordRow | LookupRow | EventRow
