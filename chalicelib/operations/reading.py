"""Input models made from shapes, with pydantic, which only requests that write import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, create_model

from chalicelib.errors import InvalidInput
from chalicelib.operations.shape import Data, Field, Shape

MOST_ROWS = 5_000


class Input(BaseModel):
    """Base of the input models: unknown fields are ignored, as v4 ignores them."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)


@lru_cache(maxsize=64)
def model_of(shape: Shape, creating: bool) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for item in shape.fields:
        if item.reader is not None and (item.creates if creating else item.updates):
            fields[item.name] = (Annotated[Any, BeforeValidator(_validator(item))], item.default)
    return create_model(f"{shape.kind}_{'create' if creating else 'update'}", __base__=Input, **fields)


@lru_cache(maxsize=64)
def list_of(shape: Shape, name: str, creating: bool) -> type[BaseModel]:
    """A model of one field, the list `name` of such records."""
    row: Any = Annotated[model_of(shape, creating), BeforeValidator(_row)]
    fields: dict[str, Any] = {name: (Annotated[list[row], BeforeValidator(_rows)], ...)}
    return create_model(f"{name}_of_{shape.kind}", __base__=Input, **fields)


def _validator(item: Field) -> Callable[[Any, ValidationInfo], Any]:
    reader, default = item.reader, item.default
    assert reader is not None  # noqa: S101  (model_of asks only for writable fields)

    def validate(value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return default
        return reader(value, str(info.context))

    return validate


def _rows(value: Any) -> Any:
    """A list; form bodies with numbered brackets give a mapping of its rows."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise ValueError("The value must be a list.")
    if len(value) > MOST_ROWS:
        raise ValueError(f"The list may not have more than {MOST_ROWS} entries.")
    return value


def _row(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("The entry must be an object.")
    return value


def read(model: type[BaseModel], body: Mapping[str, Any], form: str) -> Data:
    """The sent fields only. InvalidInput names every refused one, dotted inside lists."""
    try:
        found = model.model_validate(dict(body), context=form)
    except ValidationError as error:
        raise InvalidInput(_messages(error)) from None
    return found.model_dump(exclude_unset=True)


def _messages(error: ValidationError) -> dict[str, list[str]]:
    messages: dict[str, list[str]] = {}
    for found in error.errors(include_url=False, include_input=False):
        name = ".".join(map(str, found["loc"]))
        cause = found.get("ctx", {}).get("error")
        messages.setdefault(name, []).append(str(cause) if cause else found["msg"])
    return messages
