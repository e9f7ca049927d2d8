"""The headless browser that tests of pages use: the system's Chromium, else one that npm carries.

That one is built for bare machines and brings the libraries it needs. Standard library only, as `bootstrap`
imports this.
"""

# ruff: noqa: S603  (the commands are ours)
from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from chalicelib.local import tools

PACKAGE = "@sparticuz/chromium@147.0.0"
FOLDER = tools.ENGINES / "chromium"
PROGRAM = FOLDER / "chromium"
SYSTEM = ("chromium", "chromium-browser", "google-chrome")
ARCHIVES = ("al2023", "fonts", "swiftshader")
FONTS = FOLDER / "own.conf"
_UNPACK = """
const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""


def system() -> str | None:
    return next(filter(None, map(shutil.which, SYSTEM)), None)


def install() -> None:
    """Unpack npm's Chromium where the system has none."""
    if system() or PROGRAM.exists():
        return
    print("Installing a browser for the tests ...", flush=True)
    fresh = FOLDER.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    tools.npm_install(fresh, PACKAGE)
    packed = fresh / "node_modules/@sparticuz/chromium/bin"
    for name in ARCHIVES:
        _unpack(packed / f"{name}.tar.br", fresh / f"{name}.tar")
        with tarfile.open(fresh / f"{name}.tar") as archive:
            # Python has filters from 3.11.4 on; Debian 12 has 3.11.2.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            archive.extractall(fresh)  # noqa: S202  (an archive that we pin)
    (fresh / FONTS.name).write_text(
        f"<fontconfig><dir>{FOLDER}/fonts</dir><cachedir>{FOLDER}/cache</cachedir></fontconfig>"
    )
    _unpack(packed / "chromium.br", fresh / PROGRAM.name)
    (fresh / PROGRAM.name).chmod(0o755)
    shutil.rmtree(fresh / "node_modules")
    shutil.rmtree(FOLDER, ignore_errors=True)
    fresh.rename(FOLDER)


def _unpack(source: Path, target: Path) -> None:
    subprocess.run([tools.find().node, "-e", _UNPACK, str(source), str(target)], check=True)


def program() -> str:
    found = system()
    if found is None and not PROGRAM.exists():
        raise RuntimeError("There is no browser: run `make setup`.")
    return found or str(PROGRAM)


def environment() -> dict[str, str]:
    """What the program needs around it."""
    if system():
        return dict(os.environ)
    return {**os.environ, "LD_LIBRARY_PATH": str(FOLDER / "lib"), "FONTCONFIG_FILE": str(FONTS)}
