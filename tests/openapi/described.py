"""The document as a judge of answers."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.api.openapi.document import document
from tests.api_client import Answer

DOCUMENT = document("https://kunai.test/api/v1")
METHODS = ("get", "post", "put", "delete")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path template and description of every operation."""
    return [
        (method.upper(), path, item[method])
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item
    ]


def judge(schema: Any) -> Draft202012Validator:
    """References point into the document, so its components go along."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def problems(schema: Any, value: Any) -> list[str]:
    """Where a value departs from a schema; of alternatives, the nearest one's reasons."""
    found = []
    for error in judge(schema).iter_errors(value):
        causes = error.context or [error]
        nearest = max(causes, key=lambda cause: len(cause.absolute_path))
        found.append(f"{list(nearest.absolute_path)}: {nearest.message[:200]}")
    return found


def response_schema(method: str, template: str, answer: Answer) -> Any:
    """AssertionError: the document knows no such answer."""
    responses = DOCUMENT["paths"][template][method.lower()]["responses"]
    described = responses.get(str(answer.status))
    assert described, f"{method} {template} answers {answer.status}: {answer.text[:200]}"
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][str(answer.status)]
    media = answer.headers["content-type"].partition(";")[0]
    assert media in described["content"], f"{method} {template} answers {media}"
    return described["content"][media].get("schema", {})


def check(method: str, template: str, answer: Answer) -> Answer:
    """The answer, if it is as described."""
    found = problems(response_schema(method, template, answer), answer.json)
    assert not found, f"{method} {template} {answer.status}: {found}"
    return answer
