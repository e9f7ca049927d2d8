"""Records with their includes as a neutral tree, which a serializer turns into JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.resources.declare import Resource
from chalicelib.store.record import Record

DEEPEST = 10
MOST_NAMES = 50

Tree = dict[str, "Tree"]


@dataclass(slots=True)
class View:
    """A shown record. `included` maps each include to its views, to-one includes to a list of at most one."""

    resource: Resource
    fields: Data
    included: dict[str, list[View]] = field(default_factory=dict)


def parse_includes(text: str) -> Tree:
    """`a,b.c` as a tree; unknown names are left to the resources, which ignore them."""
    tree: Tree = {}
    for name in text.split(",")[:MOST_NAMES]:
        node = tree
        for part in name.strip().split(".")[:DEEPEST]:
            node = node.setdefault(part, {})
    return tree


def view(
    context: Context, resource: Resource, records: Sequence[Record], tree: Tree, creator: bool = False
) -> list[View]:
    """The records with the default includes and those of `tree`, each include loaded once for all records."""
    creator = creator or "user" in tree
    views = [View(resource, resource.render(record, context, creator)) for record in records]
    for name, include in resource.includes.items():
        if not records or not (include.default or name in tree):
            continue
        groups = include.load(context, records)
        flat = [record for group in groups for record in group]
        children = iter(view(context, include.resource(), flat, tree.get(name, {})))
        for parent, group in zip(views, groups, strict=True):
            parent.included[name] = [next(children) for _ in group]
    return views
