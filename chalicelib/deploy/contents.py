"""Each file of a finished bundle, held against what was to go into it."""

from __future__ import annotations

import zipfile
from importlib.util import cache_from_source, source_hash
from pathlib import Path

from chalicelib.deploy.bundles import BOTOCORE_DATA, Bundle, ours, parts, sources
from chalicelib.deploy.wheels import Unfit

MOST_NAMED = 5
HASH = slice(8, 16)


def check(bundle: Bundle, wheels: Path, code: Path) -> None:
    """Unfit: something is missing, is not as it was installed, or has no business there."""
    packages = {path: wheels / path for path, part in sources(wheels).items() if part in parts(bundle.name)}
    own = {path: code / path for path in ours(bundle.name, code)}
    plain = own | {path: origin for path, origin in packages.items() if not path.endswith(".py")}
    compiled = {f"{path}c": origin for path, origin in packages.items() if path.endswith(".py")}
    compiled |= {cache_from_source(path): origin for path, origin in own.items() if path.endswith(".py")}
    with zipfile.ZipFile(bundle.archive) as packed:
        names = packed.namelist()
        found = frozenset(names)
        changed = {path for path in found & plain.keys() if packed.read(path) != plain[path].read_bytes()}
        changed |= {path for path in found & compiled.keys() if not _is_of(packed.read(path), compiled[path])}
    faults = {
        "lacks": (plain | compiled).keys() - found,
        "has changed": changed,
        "has no use for": {
            name for name in found - plain.keys() - compiled.keys() if not name.startswith(BOTOCORE_DATA)
        },
    }
    for fault, paths in faults.items():
        if paths:
            raise Unfit(f"The bundle {bundle.name} {fault} {', '.join(sorted(paths)[:MOST_NAMED])} …")
    if len(names) > len(found):
        raise Unfit(f"The bundle {bundle.name} has a file twice.")


def _is_of(compiled: bytes, source: Path) -> bool:
    """A compiled file of this kind carries the hash of its source (PEP 552)."""
    return compiled[HASH] == source_hash(source.read_bytes())
