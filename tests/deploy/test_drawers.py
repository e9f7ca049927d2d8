"""Who comes to what only the drawing bundle has: a new way there has to be routed there, or handed over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from chalicelib.deploy.bundles import DRAWING_CODE
from chalicelib.deploy.package import NOT_DEPLOYED, ROOT
from tests.deploy.test_bundles import HEAVY

DRAWN = (*HEAVY, *(path.rstrip("/").replace("/", ".") for path in DRAWING_CODE))
PRINTING, PICTURES = "chalicelib.operations.printing", "chalicelib.operations.documents.pictures"


def imports(path: Path) -> Iterator[str]:
    """What a module imports, wherever in it; names of a package as its modules."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*wanted: str) -> set[str]:
    """The deployed modules, as paths within `chalicelib`, that import one of these or what is in them."""
    found = set()
    for path in (ROOT / "chalicelib").rglob("*.py"):
        name = path.relative_to(ROOT / "chalicelib")
        if name.parts[0] in NOT_DEPLOYED:
            continue
        if any(one == want or one.startswith(f"{want}.") for one in imports(path) for want in wanted):
            found.add(name.as_posix())
    return found


def test_who_comes_to_what_draws() -> None:
    """Pages and files of pages have paths of their own, as do documents, whose pictures are looked at."""
    around = ("render/pdf/", "render/html/", "api/portal/", "api/account_pages/")
    found = {name for name in importers(*DRAWN) if not name.startswith(around)}
    assert found == {"api/pages.py", "operations/printing.py", "operations/documents/pictures.py"}


def test_who_comes_to_printing_and_pictures() -> None:
    """Of the API, a download has a path of its own; `invoices` hands over the one answered as PDF."""
    found = {name for name in importers(PRINTING) if not name.startswith("api/portal/")}
    assert found == {
        *("api/documents.py", "api/invoices.py"),
        *("delivery/archive.py", "delivery/attachments.py"),
    }
    assert importers(PICTURES) == {"operations/documents/upload.py"}
