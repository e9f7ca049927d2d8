"""What the steps of the end-to-end script share, and how they are walked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from standardwebhooks import Webhook

from tests.api_client import Api
from tests.e2e.network import Network
from tests.receiver import Receiver


class Skipped(Exception):
    """This server was not said to have what the step looks at; the message says what."""


@dataclass
class Journey:
    """One caller of one server.

    `mails` is the page of the mailbox, `hooks` the address at which the server reaches `receiver`; each is
    empty where there is none. `patience` is how many seconds schedules may take. What steps find out for
    later ones: the `invoice` with its portal `link`, the id of the `late` one, the `secrets` of webhooks by
    the path that they call.
    """

    network: Network
    api: Api
    receiver: Receiver
    api_secret: str = ""
    mails: str = ""
    hooks: str = ""
    patience: float = 0
    invoice: dict[str, Any] = field(default_factory=dict)
    link: str = ""
    late: int = 0
    secrets: dict[str, Webhook] = field(default_factory=dict)

    def need(self, name: str, what: str) -> None:
        """Skipped: that field is empty."""
        if not getattr(self, name):
            raise Skipped(f"no {what}")


Walk = Callable[[Journey], None]


class Step(NamedTuple):
    title: str
    walk: Walk


def walked(journey: Journey, steps: Sequence[Step], say: Callable[[str], None] = print) -> int:
    """Walk all steps, also after a failed one; how many failed."""
    failed = 0
    for step in steps:
        began = time.monotonic()
        try:
            step.walk(journey)
            outcome, why = "ok", ""
        except Skipped as reason:
            outcome, why = "skipped", f": {reason}"
        except Exception as error:
            outcome, why = "failed", f": {type(error).__name__}: {error}"
            failed += 1
        say(f"{outcome:8} {step.title} ({time.monotonic() - began:.1f} s){why}")
    return failed


def eventually(look: Callable[[], Any], seconds: float) -> Any:
    """What `look` finds, once it finds anything. AssertionError: it never does."""
    ends = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < ends, f"nothing within {seconds:.0f} s"
        time.sleep(0.25)
    return found
