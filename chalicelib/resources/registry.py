"""Every resource by its path. A request imports the one that it asks for, no more.

A new one is a new file of its path's name; others stand in the module that `HOMES` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from chalicelib import resources
from chalicelib.resources.declare import Resource

MACHINERY = frozenset({"declare", "filters", "registry", "related", "session", "view"})
"""The modules that declare nothing; some are imported by the requests that need them only."""

HOMES = {
    **dict.fromkeys(("products", "tax_rates"), "catalogue"),
    "contacts": "clients",
    **dict.fromkeys(("credits", "payments"), "money"),
    **dict.fromkeys(("expense_categories", "expenses", "projects", "tasks", "vendors"), "work"),
    **dict.fromkeys(("payment_terms", "tokens", "users"), "accounts"),
}


@lru_cache(maxsize=1)
def modules() -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(resources.__path__)) - MACHINERY


@lru_cache(maxsize=64)
def declared_in(module: str) -> Mapping[str, Resource]:
    """Resources without verbs are only shown inside others and have no path."""
    declared = vars(import_module(f"{resources.__name__}.{module}")).values()
    return {one.plural: one for one in declared if isinstance(one, Resource) and one.has_verbs}


class Registry(Mapping[str, Resource]):
    def __getitem__(self, plural: str) -> Resource:
        home = HOMES.get(plural, plural)
        if home not in modules():
            raise KeyError(plural)
        return declared_in(home)[plural]

    def __iter__(self) -> Iterator[str]:
        """In the order of their paths."""
        return iter(sorted({plural for module in modules() for plural in declared_in(module)}))

    def __len__(self) -> int:
        return sum(1 for _ in self)


RESOURCES = Registry()
