"""Catalogue changes that did not fit into the commit of the invoice that caused them."""

from __future__ import annotations

import time

from chalicelib.delivery.actor import acting
from chalicelib.operations.invoices.catalogue import MOST_AT_ONCE, apply_items
from chalicelib.store.event import Event


def apply(item: Event) -> None:
    """Write the lines in portions; doing it again changes nothing."""
    lines = item.body["items"]
    context = acting(item.account, item.body["user"], int(time.time()))
    for start in range(0, len(lines), MOST_AT_ONCE):
        apply_items(context, lines[start : start + MOST_AT_ONCE])
