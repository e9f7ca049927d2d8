"""Numbers of invoices, quotes and generated instances: candidates, counters and uniqueness (billing 3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chalicelib.billing.dates import php_date

COUNTER = "{$counter}"
CLIENT_COUNTER = "{$clientCounter}"

_TOKEN = re.compile(r"\{\$(?:date:(?P<format>.*?)|(?P<name>[A-Za-z0-9]+))\}", re.DOTALL)


class NumberExhausted(Exception):
    """The pattern has no counter that moves and its one number is empty or taken."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Settings of one kind of document. `pattern` replaces `prefix` and counter when it is not empty;
    `padding` is the width of every counter; `recurring_prefix` is set for generated instances only."""

    pattern: str
    prefix: str
    padding: int
    recurring_prefix: str = ""


@dataclass(frozen=True, slots=True)
class NumberContext:
    """What patterns may mention. `today` is in the account's zone, `year` the server's. `user_id` is the
    creator's public id + 1, `client_counter` the client's counter for this kind of document."""

    today: date
    year: int
    user_id: int
    client_id_number: str
    client_custom1: str
    client_custom2: str
    client_counter: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """A free number and how many taken ones were passed over. Add `skipped` to the counter it was drawn from,
    the client's if `from_client`, else the one given to `allocate`."""

    number: str
    skipped: int
    from_client: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """Counters to raise by one when a document is inserted. `client` is the client's quote counter for quotes
    of an account that does not share counters, else the client's invoice counter."""

    invoice: bool = False
    quote: bool = False
    client: bool = False
    credit: bool = False


def allocate(
    rules: Numbering, counter: int, context: NumberContext, taken: Callable[[str], bool]
) -> Allocation:
    """The first number from `counter` on that is not `taken`; the caller compares by `normal`.

    NumberExhausted: nothing in the pattern moves and its number is empty or taken.
    """
    by_account = not rules.pattern or COUNTER in rules.pattern
    by_client = not by_account and CLIENT_COUNTER in rules.pattern
    skipped = 0
    while True:
        number = rules.recurring_prefix + _candidate(rules, counter, context)
        if number.strip() and not taken(number):
            return Allocation(number, skipped, by_client)
        if by_account:
            counter += 1
        elif by_client:
            context = replace(context, client_counter=context.client_counter + 1)
        else:
            raise NumberExhausted(number)
        skipped += 1


def moves(
    invoice_pattern: str, is_quote: bool, share_counter: bool, amount: Decimal, credit_counter_on: bool
) -> Moves:
    """Which counters a non-recurring insert moves, also with a number given by the caller (billing 3.4).

    The invoice pattern decides, even for quotes; a negative amount moves the credit counter only.
    """
    if amount < 0:
        return Moves(credit=credit_counter_on)
    account = not invoice_pattern or COUNTER in invoice_pattern
    own_quote_counter = is_quote and not share_counter
    return Moves(
        invoice=account and not own_quote_counter,
        quote=account and own_quote_counter,
        client=CLIENT_COUNTER in invoice_pattern,
    )


def normal(number: str) -> str:
    """The form in which two numbers of an account must differ: case and trailing spaces do not count."""
    return number.lower().rstrip(" ")


def converted_number(quote_number: str, quote_prefix: str, invoice_prefix: str) -> str | None:
    """The number an invoice inherits from its quote (billing 3.8), or None where both prefixes are the same.

    Only for accounts whose quotes share the invoice counter; the caller checks that it is free.
    """
    if quote_prefix == invoice_prefix:
        return None
    return invoice_prefix + quote_number.removeprefix(quote_prefix) or None


def _candidate(rules: Numbering, counter: int, context: NumberContext) -> str:
    padded = str(counter).rjust(rules.padding, "0")
    if not rules.pattern:
        return rules.prefix + padded
    values = {
        "year": f"{context.year:04}",
        "counter": padded,
        "userId": f"{context.user_id:02}",
        "clientCounter": str(context.client_counter).rjust(rules.padding, "0"),
        "clientIdNumber": context.client_id_number,
        "idNumber": context.client_id_number,
        "clientCustom1": context.client_custom1,
        "custom1": context.client_custom1,
        "clientCustom2": context.client_custom2,
        "custom2": context.client_custom2,
    }
    dated = _first_date(rules.pattern)

    def replacement(found: re.Match[str]) -> str:
        if found["name"]:
            return values.get(found["name"], found[0])
        return php_date(found["format"], context.today) if found[0] == dated else found[0]

    return _TOKEN.sub(replacement, rules.pattern)


def _first_date(pattern: str) -> str | None:
    """v4 fills in the first date token and its exact repeats, and leaves other date tokens as they stand."""
    return next((found[0] for found in _TOKEN.finditer(pattern) if found["name"] is None), None)
