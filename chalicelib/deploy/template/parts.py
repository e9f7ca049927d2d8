"""The words that all parts of the template are written in."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]


def ref(name: str) -> Part:
    return {"Ref": name}


def att(name: str, attribute: str = "Arn") -> Part:
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str, **values: Any) -> Part:
    return {"Fn::Sub": [text, values] if values else text}


def either(condition: str, then: Any, otherwise: Any) -> Part:
    return {"Fn::If": [condition, then, otherwise]}


NOTHING = ref("AWS::NoValue")


def resource(kind: str, properties: Part, **more: Any) -> Part:
    return {"Type": kind, "Properties": properties, **more}


def tags(stage: str) -> list[Part]:
    return [{"Key": "kunai", "Value": stage}]
