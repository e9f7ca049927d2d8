"""Contacts who have to give a password (http.md 9.2), locked out like users by `guard`."""

from __future__ import annotations

from chalicelib.errors import BadCredentials
from chalicelib.operations import passwords
from chalicelib.operations.guard import Guard
from chalicelib.operations.portal import proofs
from chalicelib.operations.portal.links import Guest
from chalicelib.operations.work import Work

SECONDS = 8 * 3600


def log_in(work: Work, guest: Guest, sent: object, address: str, secret: str) -> str:
    """A pass for the contact's pages. BadCredentials: the password is wrong, or was wrong too often.

    A counter belongs to a password's hash, which is salted, so contacts and users never share one.
    """
    stored = guest.contact["password"]
    guard = Guard(work, guest.contact["id"], stored, address, secret)
    work.fetch(guard.keys)
    admitted = guard.admits()
    if not passwords.matches_sent(sent, stored) or not admitted:
        guard.failed()
        raise BadCredentials
    guard.passed()
    until = work.context.now + SECONDS
    return f"{until}.{_mark(work, guest, until)}"


def is_in(work: Work, guest: Guest, sent: str) -> bool:
    """Whether a pass is this contact's and still good; a new password ends it."""
    until, _, mark = sent.partition(".")
    is_number = until.isascii() and until.isdigit() and len(until) < 12
    if not is_number or int(until) <= work.context.now:
        return False
    return proofs.holds(mark, *_parts(work, guest, int(until)))


def _mark(work: Work, guest: Guest, until: int) -> str:
    return proofs.made(*_parts(work, guest, until))


def _parts(work: Work, guest: Guest, until: int) -> tuple[str, str, int, int, str]:
    return proofs.LOGIN, work.context.account, guest.contact["id"], until, guest.contact["password"]
