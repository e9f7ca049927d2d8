"""What AWS demands of an embedded metric: its specification in the CloudWatch user guide, as a schema."""

from __future__ import annotations

from typing import Any

from jsonschema import validate

NAME = {"type": "string", "minLength": 1, "maxLength": 255}
METRIC = {
    "type": "object",
    "required": ["Name"],
    "properties": {"Name": NAME, "Unit": {"enum": ["Milliseconds", "Count", "None"]}},
    "additionalProperties": False,
}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": NAME,
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "maxItems": 9, "items": NAME},
        },
        "Metrics": {"type": "array", "maxItems": 100, "items": METRIC},
    },
    "additionalProperties": False,
}
META = {
    "type": "object",
    "required": ["Timestamp", "CloudWatchMetrics"],
    "properties": {
        "Timestamp": {"type": "integer"},
        "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE},
    },
    "additionalProperties": False,
}
LARGEST = 256 * 1024


def metrics(line: dict[str, Any]) -> dict[str, float]:
    """The metrics of a line and their values; every name has to be a number at the root."""
    validate(line["_aws"], META)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert all(isinstance(line[name], str) for names in directive["Dimensions"] for name in names)
    found = {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}
    assert all(type(value) in (int, float) for value in found.values())
    return found
