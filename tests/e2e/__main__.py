"""Drives a running Kunai from end to end, as a client would: `python -m tests.e2e http://127.0.0.1:8000`.

Says of each step whether it went well; ends with 1 if one did not.
"""

from __future__ import annotations

import argparse
import sys

from tests.api_client import Api
from tests.e2e import following, selling, wire
from tests.e2e.journey import Journey, walked
from tests.e2e.network import Network
from tests.receiver import receiving

STEPS = (
    *selling.ACCOUNT,
    *following.LISTENING,
    *selling.CLIENT_AND_INVOICE,
    *following.LATE,
    *selling.PDF,
    *wire.STEPS,
    *following.AFTER,
    *selling.PAYMENT,
    *following.SCHEDULED,
)


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.e2e", description="Drives a running Kunai end to end.")
    parser.add_argument("address", help="of the server, with or without /api/v1")
    parser.add_argument("--api-secret", default="", help="of registration, where one is set")
    parser.add_argument("--token", default="", help="of an empty account, instead of registering one")
    parser.add_argument("--mails", default="", help="page of the SES viewer, as make run prints it")
    parser.add_argument("--hook-port", type=int, default=0, help="where to listen for webhooks")
    parser.add_argument("--hook-url", help="how the server reaches that port; empty if it cannot")
    parser.add_argument("--without", action="append", default=[], help="leave out the step of that title")
    parser.add_argument("--patience", type=float, default=90, help="seconds that schedules may take, or 0")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    given = options(arguments)
    network = Network(given.address)
    with receiving(given.hook_port) as receiver:
        hooks = receiver.url if given.hook_url is None else given.hook_url
        api = Api(network, given.token)
        journey = Journey(network, api, receiver, given.api_secret, given.mails, hooks, given.patience)
        failed = walked(journey, [step for step in STEPS if step.title not in given.without])
    for title in given.without:
        print(f"left out {title}")
    print(f"{failed} of {len(STEPS)} steps failed." if failed else "All steps went well.")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
