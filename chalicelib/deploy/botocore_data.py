"""botocore's descriptions of services, reduced to the operations that are called.

They are 30 MB for some four hundred services, and a client reads all of its own when it is made.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

GENERAL = ("_retry.json", "partitions.json", "sdk-default-configuration.json")
MODEL, RULES = "service-2.json", "endpoint-rule-set-1.json"


def reduced(data: Path, calls: Mapping[str, Collection[str]]) -> Iterator[tuple[str, bytes]]:
    """The files to ship, by their path within `data`. KeyError: botocore knows no such operation."""
    prefixes = set()
    for service, operations in sorted(calls.items()):
        version = max(folder for folder in (data / service).iterdir() if folder.is_dir())
        model = pruned(_read(version, MODEL), operations)
        prefixes.add(model["metadata"]["endpointPrefix"])
        for name, content in ((MODEL, model), (RULES, _read(version, RULES))):
            yield f"{service}/{version.name}/{name}", _written(content)
    for name in GENERAL:
        yield name, (data / name).read_bytes()
    yield "endpoints.json", _written(_endpoints(json.loads((data / "endpoints.json").read_bytes()), prefixes))


def _read(folder: Path, name: str) -> dict[str, Any]:
    packed = folder / f"{name}.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    found: dict[str, Any] = json.loads(text)
    return found


def _written(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def pruned(model: dict[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """A service's description with these operations, the shapes they use, and no words."""
    kept = {name: model["operations"][name] for name in sorted(operations)}
    shapes: dict[str, Any] = {}
    waiting = list(_shapes_in(kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes_in(shapes[name])
    rest = {name: part for name, part in model.items() if name not in ("operations", "shapes")}
    return {**rest, "operations": _wordless(kept), "shapes": _wordless(dict(sorted(shapes.items())))}


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of shapes that a part of a description refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for inner in part.values():
            yield from _shapes_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _shapes_in(inner)


def _wordless(part: Any) -> Any:
    """The same without `documentation`; a member of that name is a description itself and stays."""
    if isinstance(part, dict):
        return {
            name: _wordless(inner)
            for name, inner in part.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_wordless(inner) for inner in part] if isinstance(part, list) else part


def _endpoints(everything: dict[str, Any], prefixes: set[str]) -> dict[str, Any]:
    for partition in everything["partitions"]:
        partition["services"] = {
            name: part for name, part in partition["services"].items() if name in prefixes
        }
    return everything
