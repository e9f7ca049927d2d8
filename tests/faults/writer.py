"""A process that creates invoices through the handler, for tests of many processes at once.

Reads its orders from standard input, says `ready`, waits for a line and answers with JSON.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def create(api: Any, body: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Creates from as many threads as invoices; answers statuses with ids and numbers."""

    def one(_: int) -> dict[str, Any]:
        answer = api.post("/invoices", body)
        found = answer.json.get("data", {})
        return {"status": answer.status, "id": found.get("id"), "number": found.get("invoice_number")}

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def main() -> None:
    orders = json.loads(sys.stdin.readline())
    from app import app
    from chalicelib.local.gateway import Gateway
    from chalicelib.local.server import threaded
    from tests.api_client import Api
    from tests.faults.hooks import counting, dynamodb

    api = Api(Gateway(threaded(app)), orders["token"])
    assert api.get("/ping").status == 200
    print("ready", flush=True)
    sys.stdin.readline()
    with counting(dynamodb()) as calls:
        made = create(api, orders["body"], orders["count"])
    print(json.dumps({"made": made, "commits": calls.count("TransactWriteItems")}), flush=True)


if __name__ == "__main__":
    main()
