"""Lock-out after failed log-ins (http.md 3.3), without a way to lock somebody else out.

v4 refuses a user after ten failures until a success, which a refused user cannot have: whoever knows the
address locks its owner out for ever. Here ten failures lock for a minute; each further one, which only counts
once the lock is over, doubles that up to an hour. Failures from a network address that the user has logged in
from before are counted on their own, so strangers lock only strangers out. A counter belongs to a password:
a new one begins at zero everywhere.

Rows are few: one per user, one per address that a log-in succeeded from, and a fixed number for addresses of
nobody, which cost the same calls as a user's.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import zlib
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import passwords
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work
from chalicelib.store import counter
from chalicelib.store.counter import Count
from chalicelib.store.reads import Key, lookup_key

KIND = "guard"
LIMIT = 10
FIRST_LOCK, LONGEST_LOCK = 60, 3_600
KEPT_SECONDS = 90 * 24 * 3600
NOBODY = "nobody"
"""The account of addresses that nobody logs in with."""
NOBODIES = 256
IPV6_NETWORK = 64


def nobody(email: str) -> tuple[str, str, int]:
    """Whom an unknown address stands for: nobody, but always the same one of a few."""
    return NOBODY, "", zlib.crc32(email.encode()) % NOBODIES


class Guard:
    """The failed attempts on one user, from where the caller is, as `work` has read them."""

    def __init__(self, work: Work, user: int, stored: str, address: str, secret: str) -> None:
        """`stored` is the hash of the user's password, `address` the caller's IP address."""
        generation = hashlib.sha256(stored.encode()).hexdigest()[:16]
        place = f"{work.context.account}#{user}#{generation}"
        network = hmac.new(secret.encode(), _network(address).encode(), hashlib.sha256).hexdigest()[:32]
        self._work = work
        self._now = work.context.now
        self._is_counted = False
        self._strangers = lookup_key(KIND, place)
        self._familiar = lookup_key(KIND, f"{place}#{network}")
        self.keys = (self._strangers, self._familiar)

    def admits(self) -> bool:
        """Whether this attempt may succeed; asked once, before anything is found out.

        After a first failure an attempt is counted here, as if it failed, until `passed` forgets it. So of
        many at once no more are admitted than one after the other.
        """
        _, count = self._current()
        if not count.number:
            return True
        self._is_counted = True
        return self._count()

    def failed(self) -> None:
        """Count a failure; under a lock the same call is made and counts nothing."""
        if not self._is_counted:
            self._count()

    def _count(self) -> bool:
        """Whether there was no lock."""
        key, count = self._current()
        ended = self._now - _lock(max(count.number, LIMIT))
        return counter.increase(key, self._now, self._now + KEPT_SECONDS, LIMIT, ended)

    def passed(self) -> None:
        """Forget the failures and know the address from now on; writes only where that changes something."""
        key, count = self._current()
        expires = self._now + KEPT_SECONDS
        if count.number:
            counter.clear(key, self._now, expires)
        if key != self._familiar:
            counter.clear(self._familiar, self._now, expires)

    def _current(self) -> tuple[Key, Count]:
        familiar = counter.read(self._work.raw(self._familiar), self._now)
        if familiar is not None:
            return self._familiar, familiar
        return self._strangers, counter.read(self._work.raw(self._strangers), self._now) or Count()


def of_caller(context: Context, address: str, secret: str) -> tuple[Guard, str]:
    """The guard of the user who holds the token, and the hash of the password."""
    work = Work(context, {})
    stored = work.load(USER, context.user).data["password"] or passwords.NOBODY
    guard = Guard(work, context.user, stored, address, secret)
    work.fetch(guard.keys)
    return guard, stored


def confirm_password(context: Context, body: Mapping[str, Any], address: str, secret: str) -> None:
    """The caller proves to be the user and not merely to hold a token. InvalidInput: wrong, or too often."""
    guard, stored = of_caller(context, address, secret)
    admitted = guard.admits()
    if not passwords.matches_sent(body.get("password"), stored) or not admitted:
        guard.failed()
        raise InvalidInput.of("password", "The password is wrong, or was wrong too often.")
    guard.passed()


def _lock(failures: int) -> int:
    """Seconds from the last failure; at most the doubling of a dozen failures matters."""
    return min(FIRST_LOCK << min(failures - LIMIT, 12), LONGEST_LOCK)


def _network(address: str) -> str:
    """What stands for one caller: an IPv4 address, or the network that an IPv6 line usually gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
