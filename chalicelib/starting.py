"""How a process starts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 20_000
"""Between two searches for garbage: more than most requests make, and few megabytes."""


@contextmanager
def starting() -> Iterator[None]:
    """Around imports: they make a hundred thousand objects and hardly any garbage.

    Searching them for some, again and again, takes a tenth of a cold start; so none is done meanwhile, and
    what is there afterwards, which stays as long as the process, is never searched.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()
