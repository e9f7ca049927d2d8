"""`python -m chalicelib.operations.audit [ACCOUNT…]` proves the books of these accounts, or of all.

Accounts are named as it prints them. The exit status is 1 if one is off.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from chalicelib.operations.context import Context
from chalicelib.operations.proof import prove
from chalicelib.operations.sessions import LOGIN
from chalicelib.store import codec
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS


def accounts() -> Iterator[str]:
    """The internal ids of all accounts, by their log-ins."""
    request = {"TableName": LOOKUPS, "FilterExpression": "begins_with(k, :kind)"}
    request |= {"ExpressionAttributeValues": {":kind": {"S": f"{LOGIN}#"}}}  # type: ignore[dict-item]
    seen: set[str] = set()
    while True:
        answer = connection().dispatch("Scan", dict(request))
        for row in answer["Items"]:
            account = codec.unpack(row["b"]["B"])[0]
            if account not in seen:
                seen.add(account)
                yield account
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def main(chosen: Sequence[str]) -> int:
    wrong = 0
    for account in chosen or accounts():
        result = prove(Context(account, "", 0, int(time.time()), str))
        wrong += not result["balanced"]
        print(f"{account}: {'balanced' if result['balanced'] else 'NOT BALANCED'}, {result['events']} events")
        for difference in result["differences"]:
            print(f"  {difference}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
