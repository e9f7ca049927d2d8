"""The vocabulary in which a resource is declared: fields in wire order, defaults, readers, nested shapes.

A shape is the single place where fields stand. From it come the stored form (only what differs from the
defaults), the wire form (all fields, in order), the pydantic model that reads input, and the OpenAPI schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.operations import coerce
from chalicelib.operations.coerce import Reader

Data = dict[str, Any]

TIMES = {"updated_at": "Unix time of the last change.", "archived_at": "Unix time; null while active."}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Field:
    """One wire field. Without `reader` callers cannot write it.

    `number` marks decimal text that is a JSON number on the wire; `hidden` fields are stored, never shown;
    `creates` and `updates` say when the caller may set it. `about` holds JSON Schema keywords where the
    default's type does not say enough.
    """

    name: str
    default: Any = ""
    reader: Reader | None = None
    number: bool = False
    hidden: bool = False
    creates: bool = True
    updates: bool = True
    about: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Shape:
    """`kind` names the record, `children` the nested lists by field name."""

    kind: str
    fields: tuple[Field, ...]
    children: Mapping[str, Shape] = field(default_factory=dict)

    @cached_property
    def defaults(self) -> Data:
        return {item.name: item.default for item in self.fields}

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields if item.number)

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields if item.hidden)

    @cached_property
    def empty_wire(self) -> Data:
        """The wire form of a record that has nothing but defaults."""
        empty = self.defaults.copy()
        for name in self.numbers:
            empty[name] = number(empty[name])
        return empty

    def full(self, stored: Data) -> Data:
        """Stored data with every default filled in, nested lists too."""
        data = self.defaults | stored
        for name, child in self.children.items():
            data[name] = [child.full(row) for row in stored.get(name, ())]
        return data

    def sparse(self, data: Data) -> Data:
        """What has to be stored of full data."""
        defaults = self.defaults
        stored = {name: value for name, value in data.items() if name in defaults and value != defaults[name]}
        for name, child in self.children.items():
            rows = [child.sparse(row) for row in data.get(name, ())]
            if rows:
                stored[name] = rows
        return stored

    def wire(self, stored: Data) -> Data:
        """Stored data as clients see it: all fields in order, decimals as numbers, hidden ones left out."""
        shown = self.empty_wire | stored
        for name in self.numbers:
            if name in stored:
                shown[name] = number(stored[name])
        for name in self.hidden:
            del shown[name]
        for name in self.children:
            shown.pop(name, None)
        return shown

    def read(self, body: Mapping[str, Any], form: str, creating: bool) -> Data:
        """The writable fields that `body` holds, in stored form; all errors at once.

        `form` is the account's date format. InvalidInput names each refused field.
        """
        from chalicelib.operations.reading import model_of, read

        return read(model_of(self, creating), body, form)

    def read_rows(self, name: str, rows: Any, form: str, creating: bool) -> list[Data]:
        """The same for a list of records sent as field `name`; errors are named `name.0.field`."""
        from chalicelib.operations.reading import list_of, read

        found: list[Data] = read(list_of(self, name, creating), {name: rows}, form)[name]
        return found


def number(text: str) -> int | float | None:
    """A JSON number without a needless fraction: `"10"` is 10, `"10.50"` 10.5."""
    if text is None:
        return None
    return float(text) if "." in text else int(text)


def text(name: str, limit: int = 255, trim: bool = False, default: Any = "", **more: Any) -> Field:
    return Field(name, default, coerce.text(limit, trim), **_about(more, type="string", maxLength=limit))


def long_text(name: str, trim: bool = False, default: Any = "", **more: Any) -> Field:
    return Field(name, default, coerce.long_text(trim), **_about(more, type="string"))


def money(name: str, default: str = "0", **more: Any) -> Field:
    return Field(name, default, coerce.money, number=True, **more)


def quantity(name: str, default: str = "0", **more: Any) -> Field:
    return Field(name, default, coerce.quantity, number=True, **more)


def decimal_field(name: str, places: int, most: str, default: str = "0", **more: Any) -> Field:
    """A number of another scale than money or quantities."""
    return Field(name, default, coerce.decimal(places, most), number=True, **more)


def rate(name: str, **more: Any) -> Field:
    return Field(name, "0", coerce.stored_rate, number=True, **_about(more, description="Per cent."))


def integer(name: str, default: Any = 0, low: int = -(2**31), high: int = 2**31 - 1, **more: Any) -> Field:
    return Field(name, default, coerce.integer(low, high), **_about(more, minimum=low, maximum=high))


def boolean(name: str, default: bool = False, **more: Any) -> Field:
    return Field(name, default, coerce.boolean, **more)


def day(name: str, default: Any = "", **more: Any) -> Field:
    more = _about(more, type="string", description="`YYYY-MM-DD`, empty when unset.")
    return Field(name, default, coerce.day, **more)


def static_id(name: str, table: str, default: int = 0, **more: Any) -> Field:
    """An id of a static table; 0 means unset."""

    def read(value: Any, _: str) -> int:
        from chalicelib.data import by_id

        found = coerce.whole(value)
        if found and by_id(table, found) is None:
            raise ValueError("The selected value does not exist.")
        return found

    return Field(name, default, read, **_about(more, description=f"An id of the static `{table}`; 0: unset."))


def shown(name: str, default: Any = "", number: bool = False, **about: Any) -> Field:
    """A field that callers read and never write."""
    if name in TIMES:
        about = {"type": "integer", "description": TIMES[name], **about}
    return Field(name, default, None, number=number, about=about)


def option(name: str, kind: str | list[str], description: str = "", **more: Any) -> Field:
    """An input that steers a request and is no field of the record; `kind` is its JSON type."""
    about = {key: value for key, value in more.items() if key not in ("creates", "updates")}
    if description:
        about["description"] = description
    when = {key: value for key, value in more.items() if key not in about}
    return Field(name, about={"type": kind, **about}, **when)


def kept(name: str, default: Any = "") -> Field:
    """A field of the record alone, which the API never shows."""
    return Field(name, default, None, hidden=True)


def _about(more: Data, **keywords: Any) -> Data:
    """The keywords of a kind of field, with what a declaration says of it on top."""
    return {**more, "about": {**keywords, **more.get("about", {})}}


def address() -> tuple[Field, ...]:
    lines = (text(name) for name in ("address1", "address2", "city", "state", "postal_code"))
    return *lines, static_id("country_id", "countries")


def custom_values() -> tuple[Field, Field]:
    return long_text("custom_value1"), long_text("custom_value2")
