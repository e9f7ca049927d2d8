"""Creates the tables where no template does it: on the local stack and in tests."""

from __future__ import annotations

from chalicelib.store.models import TABLES


def create_tables() -> None:
    """Create what is missing and wait until it answers."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)
