"""Every resource by its path, found in the modules of this package: a new one is a new file, no more."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from chalicelib import resources
from chalicelib.resources.declare import Resource

MACHINERY = frozenset({"declare", "filters", "registry", "session", "view"})
"""The modules that declare nothing; some are imported by the requests that need them only."""


def discover() -> dict[str, Resource]:
    """Resources without verbs are only shown inside others and have no path."""
    found: dict[str, Resource] = {}
    for module in iter_modules(resources.__path__):
        if module.name not in MACHINERY:
            declared = vars(import_module(f"{resources.__name__}.{module.name}")).values()
            found |= {one.plural: one for one in declared if isinstance(one, Resource) and one.has_verbs}
    return dict(sorted(found.items()))


RESOURCES = discover()
