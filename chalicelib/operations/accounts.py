"""The account's settings: read and changed with its number counters, which live in the head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import crud, mail_settings
from chalicelib.operations import logo as logos
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.dates import date_form
from chalicelib.operations.mail_settings import together
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID
from chalicelib.operations.shapes.account import COUNTERS, EMAIL_SETTINGS
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

PLAN = Plan(ACCOUNT, required_update=("name",), admin_only=True)
PATTERNS = ("invoice_number_pattern", "quote_number_pattern")
CLIENT_TOKENS = ("{$clientIdNumber}", "{$idNumber}", "{$clientCustom1}", "{$custom1}")


def read(context: Context) -> Record:
    return _with_counters(Work(context, {}))


def update(context: Context, body: Mapping[str, Any], logo: bytes | None = None) -> Record:
    """A partial update; `name` is required, as in v4. Unauthorized: administrators only."""
    if not context.is_admin:
        raise Unauthorized
    picture = logos.keep(context, logo) if logo is not None else {}

    def decide(work: Work) -> Record:
        account = work.load(ACCOUNT, SETTINGS_ID)
        data = _read(account.data, body)
        _check_patterns(data)
        _set_counters(work, data)
        account.data |= data | picture
        work.save(ACCOUNT, account)
        crud.announce(work, PLAN, account, crud.UPDATED)
        return _with_counters(work)

    return transact(context, decide)


def _read(known: Data, body: Mapping[str, Any]) -> Data:
    """The sent fields, those of the mail settings merged into the known ones. InvalidInput names all."""
    form = date_form(known)
    data, mail = together(
        lambda: crud.read_fields(PLAN, _without_logo(body), creating=False, form=form),
        lambda: mail_settings.read(EMAIL_SETTINGS, body),
    )
    if mail:
        data["email_settings"] = mail_settings.merged(EMAIL_SETTINGS, known["email_settings"], mail)
    return data


def _with_counters(work: Work) -> Record:
    account = work.load(ACCOUNT, SETTINGS_ID)
    series = {name: name.removesuffix("_number_counter") for name in COUNTERS}
    counters = {name: work.head.numbers.get(series[name], account.data[name]) for name in COUNTERS}
    return replace(account, data=account.data | counters)


def _set_counters(work: Work, data: Data) -> None:
    for name in COUNTERS:
        if name in data:
            work.head.numbers[name.removesuffix("_number_counter")] = data.pop(name)


def _check_patterns(data: Data) -> None:
    """A pattern has to move: by the account's counter or by a client's own (REC of billing 3.1)."""
    for name in PATTERNS:
        pattern = data.get(name)
        by_client = pattern and "{$clientCounter}" in pattern and any(t in pattern for t in CLIENT_TOKENS)
        if pattern and "{$counter}" not in pattern and not by_client:
            raise InvalidInput.of(
                name, "The pattern must contain {$counter}, or a client token with {$clientCounter}."
            )


def _without_logo(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in body.items() if name != "logo"}
