"""Records with their includes as a neutral tree, which a serializer turns into JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.errors import InvalidInput
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.resources.declare import Include, Resource
from chalicelib.store.record import Record

DEEPEST = 10
MOST_NAMES = 50
MOST_INCLUDED = 50_000
"""Records of one include in an answer; nested ones multiply."""

Tree = dict[str, "Tree"]


@dataclass(slots=True, eq=False, repr=False)
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


def _groups(context: Context, include: Include, records: Sequence[Record]) -> list[list[Record]]:
    """The included records of each record; one that occurs several times is loaded once."""
    distinct = {record.key: record for record in records}
    found = dict(zip(distinct, include.load(context, list(distinct.values())), strict=True))
    return [found[record.key] for record in records]


def view(
    context: Context, resource: Resource, records: Sequence[Record], tree: Tree, creator: bool = False
) -> list[View]:
    """The records with the default includes and those of `tree`, each include loaded once for all records.

    InvalidInput: an include with too many records.
    """
    creator = creator or "user" in tree
    if resource.gather and records:
        records = resource.gather(context, records)
    views = [View(resource, resource.render(record, context, creator)) for record in records]
    for name, include in resource.includes.items():
        if not records or not (include.default or name in tree):
            continue
        groups = _groups(context, include, records)
        if sum(map(len, groups)) > MOST_INCLUDED:
            raise InvalidInput.of("include", "The includes hold too many records.")
        flat = [record for group in groups for record in group]
        children = iter(view(context, include.resource(), flat, tree.get(name, {})))
        for parent, group in zip(views, groups, strict=True):
            parent.included[name] = [next(children) for _ in group]
    return views


def nested(view: View) -> Data:
    """A view with its includes embedded under their names; a to-one without target is left out."""
    fields = view.fields
    for name, children in view.included.items():
        if view.resource.includes[name].many:
            fields[name] = [nested(child) for child in children]
        elif children:
            fields[name] = nested(children[0])
    return fields
