"""Objects in S3 that a unit of work brings along or leaves behind.

An object is stored before the commit whose records refer to it, and removed by an event of the commit after
which none does. Its key is never used again, so that a removal may come as late as it likes.
"""

from __future__ import annotations

from chalicelib.store import files


class Filing:
    """What one decision wants stored and removed."""

    def __init__(self) -> None:
        self._wanted: dict[str, tuple[bytes, str]] = {}
        self._unused: set[str] = set()
        self._spared: set[str] = set()

    def put(self, key: str, content: bytes, media_type: str) -> None:
        """Store an object under a key that no other request uses."""
        self._wanted[key] = (content, media_type)

    def drop(self, key: str) -> None:
        """Remove an object after the commit: no record refers to it any more, nor ever will."""
        self._unused.add(key)

    def spare(self, key: str) -> None:
        """Do without an object that an earlier attempt of the same decision may have stored."""
        self._spared.add(key)

    def store(self, stored: set[str]) -> list[str]:
        """Store what is wanted and not among the `stored` keys of earlier attempts, which it adds to.

        Answers the keys to remove after the commit. Unavailable.
        """
        for key in self._wanted.keys() - stored:
            content, media_type = self._wanted[key]
            files.write(key, content, media_type)
            stored.add(key)
        return sorted(self._unused | (self._spared & stored))
