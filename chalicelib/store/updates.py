"""Single conditional updates, for rows that no transaction waits for."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.connection import connection
from chalicelib.store.record import Raw


def update(request: dict[str, Any]) -> tuple[bool, Raw]:
    """Whether the condition of an UpdateItem held; with what it changed, or with the row as it was."""
    wishes = {"ReturnValues": "UPDATED_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    try:
        answer = connection().dispatch("UpdateItem", {**wishes, **request})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        refusal: dict[str, Any] = {**error.response}
        return False, refusal.get("Item", {})
    return True, answer["Attributes"]
