"""Each file of a finished bundle, held against what was to go into it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from chalicelib.deploy.bundles import BOTOCORE_DATA, Bundle, ours, parts, sources
from chalicelib.deploy.wheels import Unfit

MOST_NAMED = 5


def check(bundle: Bundle, wheels: Path, code: Path) -> None:
    """Unfit: something is missing, is not as it was installed, or has no business there."""
    origins = {path: wheels / path for path, part in sources(wheels).items() if part in parts(bundle.name)}
    origins |= {path: code / path for path in ours(bundle.name, code)}
    with zipfile.ZipFile(bundle.archive) as packed:
        names = packed.namelist()
        found = frozenset(names)
        changed = {path for path in found & origins.keys() if packed.read(path) != origins[path].read_bytes()}
    made = {name for name in found if is_compiled(name, origins) or name.startswith(BOTOCORE_DATA)}
    faults = {
        "lacks": origins.keys() - found,
        "has changed": changed,
        "has no use for": found - origins.keys() - made,
        "does not compile": {path for path in origins if path.endswith(".py")} - _compiled(made),
    }
    for fault, paths in faults.items():
        if paths:
            raise Unfit(f"The bundle {bundle.name} {fault} {', '.join(sorted(paths)[:MOST_NAMED])} …")
    if len(names) > len(found):
        raise Unfit(f"The bundle {bundle.name} has a file twice.")


def _compiled(names: Iterable[str]) -> set[str]:
    return {source_of(name) for name in names if name.endswith(".pyc")}


def is_compiled(name: str, origins: Mapping[str, Path]) -> bool:
    """Whether a file is the compiled form of a source that belongs there."""
    return name.endswith(".pyc") and "/__pycache__/" in f"/{name}" and source_of(name) in origins


def source_of(name: str) -> str:
    """`a/b.py` for `a/__pycache__/b.cpython-311.pyc`."""
    path = PurePosixPath(name)
    return (path.parent.parent / f"{path.name.partition('.')[0]}.py").as_posix()
