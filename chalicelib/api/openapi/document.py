"""The whole document. It is the same for every caller but for the server's address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from chalicelib.api.openapi import answers, parameters, resources
from chalicelib.api.openapi.schemas import Schema, name_of, shown_schema
from chalicelib.api.openapi.single import account, documents, hooks, invoices, session
from chalicelib.api.response import VERSION
from chalicelib.resources.accounts import ACCOUNTS
from chalicelib.resources.declare import Resource
from chalicelib.resources.registry import RESOURCES
from chalicelib.resources.session import USER_ACCOUNTS

SINGLE = (account, session, invoices, documents, hooks)
LICENSE = {"name": "MIT", "identifier": "MIT"}
ABOUT = """\
An invoicing API that speaks Invoice Ninja v4. Every request but the ones marked carries `X-Ninja-Token`.

Answers are wrapped in `{"data": …}`. Amounts are JSON numbers, exact to the cent; times are Unix seconds,
dates `YYYY-MM-DD`. Bodies are JSON or forms; numbers and ids may also be sent as text. Lists show active,
archived and deleted records. Errors name the field, and change nothing.

A write may carry an `Idempotency-Key`: sent again, it gets the first answer. With `dry_run=1` it answers
what would happen and stores nothing.

With `X-Kunai-Trace: 1` an answer to a token tells in `Server-Timing` what it waited for, in milliseconds, and
in `X-Kunai-Capacity` the units and calls of DynamoDB that it took."""


def document(server: str) -> Schema:
    """`server` is the address that the paths continue, such as `https://…/api/v1`."""
    return {**_document(), "servers": [{"url": server}]}


@lru_cache(maxsize=1)
def _document() -> Schema:
    declared = RESOURCES.values()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kunai", "version": VERSION, "description": ABOUT, "license": LICENSE},
        "servers": [],
        "security": [{"token": []}],
        "tags": [_tag(name) for name in (*RESOURCES, account.TAG, session.TAG)],
        "paths": _paths(declared),
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Ninja-Token"}},
            "parameters": parameters.SHARED,
            "responses": answers.response_components(),
            "schemas": _schemas(declared),
        },
    }


def _tag(name: str) -> Schema:
    return {"name": name, "x-displayName": name.replace("_", " ").capitalize()}


def _paths(declared: Iterable[Resource]) -> Schema:
    paths: Schema = {}
    for resource in declared:
        paths |= resources.paths_of(resource)
    for section in SINGLE:
        for path, operations in section.PATHS.items():
            paths[path] = {**paths.get(path, {}), **operations}
    return paths


def _schemas(declared: Iterable[Resource]) -> Schema:
    schemas: Schema = {}
    for resource in _reachable([*declared, ACCOUNTS, USER_ACCOUNTS]):
        schemas[name_of(resource)] = shown_schema(resource)
    for resource in declared:
        schemas |= resources.components_of(resource)
    for section in SINGLE:
        schemas |= section.SCHEMAS
    return {**dict(sorted(schemas.items())), **answers.SCHEMAS}


def _reachable(first: Iterable[Resource]) -> list[Resource]:
    """The resources and everything they include."""
    found: dict[str, Resource] = {}
    waiting = list(first)
    while waiting:
        resource = waiting.pop()
        if resource.plural not in found:
            found[resource.plural] = resource
            waiting += [include.resource() for include in resource.includes.values()]
    return list(found.values())
