"""Mails the tokens by which users set their passwords; each delivery makes the token that it mails."""

from __future__ import annotations

import secrets
import time

from chalicelib.delivery import mail
from chalicelib.operations import password_links
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID, USER
from chalicelib.operations.tokens import key_maker
from chalicelib.operations.work import Work
from chalicelib.settings import settings
from chalicelib.store.event import Event


def deliver_invitation(item: Event) -> None:
    """To the user whom an administrator made without a password. Undeliverable as in `mail`."""
    account, user = _read(_origin(item.account, "", item.body["id"]))
    context = _origin(item.account, user["account_key"], item.body["id"])
    token = password_links.issue(context, item.body["at"], password_links.INVITATION_SECONDS)
    if token is not None:
        from chalicelib.render.mail.notices import invitation

        _post(item, account, user, invitation(_name(account), _address("accept_invitation"), token))


def deliver_reset(item: Event) -> None:
    """To the user of an address, if there is one."""
    context = password_links.found(_origin, item.body["email"])
    if context is None:
        return
    account, user = _read(context)
    token = password_links.issue(context, item.body["at"], password_links.RESET_SECONDS)
    if token is not None:
        from chalicelib.render.mail.notices import reset

        _post(item, account, user, reset(_name(account), _address("reset_password"), token))


def _origin(account: str, account_key: str, user: int) -> Context:
    return Context(account, account_key, user, int(time.time()), key_maker(secrets.choice))


def _read(context: Context) -> tuple[Data, Data]:
    work = Work(context, {})
    work.fetch((work.key(ACCOUNT.kind, SETTINGS_ID), work.key(USER.kind, context.user)))
    return work.load(ACCOUNT, SETTINGS_ID).data, work.load(USER, context.user).data


def _name(account: Data) -> str:
    return account["name"] or "Kunai"


def _address(verb: str) -> str:
    return f"{settings().public_url}/api/v1/{verb}"


def _post(item: Event, account: Data, user: Data, texts: tuple[str, str]) -> None:
    from chalicelib.render.mail.notices import notice

    mail.post(item, notice(*texts, user["email"], _name(account)))
