"""The bundles of the functions, made from what `chalice package` packed and from the checked wheels.

Ordinary requests get a bundle without what draws: that is larger than all the rest, and nothing of it is
imported. The code of both is the same but for the folders that only draw.
"""

from __future__ import annotations

import compileall
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import NamedTuple

from packaging.utils import canonicalize_name

from chalicelib.deploy import botocore_data, calls

API, DRAWING = "api", "drawing"
BUNDLES = (API, DRAWING)

MOST_ZIPPED = 50_000_000
MOST_UNPACKED = 250_000_000
"""Bytes; Lambda's limits are 50 MB for a direct upload, which S3 does not need, and 250 MB."""

DRAWERS = frozenset(
    {
        *("fpdf2", "defusedxml", "fonttools", "pillow", "uharfbuzz"),
        *("manimgx-fonts", "paperang-p2-fonts-cjk"),
        *("jinja2", "markupsafe"),
    }
)
"""Packages that only documents, mails and pages need."""
UNUSED = frozenset({"boto3", "s3transfer", "pycparser"})
"""Packages that others ask for and that nothing imports at run time."""
WORDLESS = ("botocore", "urllib3")
"""Packages that every start imports; without docstrings (and their few assertions) they are read sooner."""
DRAWING_CODE = ("chalicelib/render/pdf/", "chalicelib/render/html/", "chalicelib/data/viewer/")
BOTOCORE_DATA = "botocore/data/"
NEEDLESS = (".pyi", ".pyx", ".pxd", ".c", ".h", "py.typed")
PLACE = "/var/task"
"""Where Lambda unpacks a bundle, for the file names in tracebacks."""
EPOCH = (1980, 1, 1, 0, 0, 0)


class TooLarge(Exception):
    """Lambda would refuse the bundle."""


class Bundle(NamedTuple):
    """`folder` is what `archive` holds. `digest` changes exactly when a file does."""

    name: str
    folder: Path
    archive: Path
    digest: str
    unpacked: int

    @property
    def zipped(self) -> int:
        return self.archive.stat().st_size


def prepared(wheels: Path) -> Path:
    """The packages, trimmed, compiled and parted in `api` and `drawing`; made once for the same wheels.

    Beside the folders lie archives of what each bundle gets, as packing them again takes longest.
    """
    rules = (__file__, botocore_data.__file__, calls.__file__)
    wish = hashlib.sha256(b"".join(Path(module).read_bytes() for module in rules)).hexdigest()[:16]
    folder = wheels.with_name(f"{wheels.name}-{wish}")
    if folder.exists():
        return folder
    made = folder.with_suffix(".part")
    shutil.rmtree(made, ignore_errors=True)
    for path, part in sources(wheels).items():
        (made / part / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(wheels / path, made / part / path)
    for name, content in botocore_data.reduced(wheels / BOTOCORE_DATA, calls.described()):
        data = made / API / BOTOCORE_DATA / name
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_bytes(content)
    for package in WORDLESS:
        compile_all(made / API, package, alone=True, optimize=2)
    for part in BUNDLES:
        compile_all(made / part, alone=True)
    for name in BUNDLES:
        with zipfile.ZipFile(made / f"{name}.zip", "w") as packed:
            for part in parts(name):
                _pack(packed, made / part, files_in(made / part))
    made.rename(folder)
    return folder


def sources(wheels: Path) -> dict[str, str]:
    """The part of each file of the packages that is of use at run time."""
    found: dict[str, str] = {}
    for one in distributions(path=[str(wheels)]):
        package = canonicalize_name(one.name)
        if package not in UNUSED:
            part = DRAWING if package in DRAWERS else API
            found |= {file.as_posix(): part for file in one.files or () if is_needed(file.as_posix())}
    return found


def parts(name: str) -> tuple[str, ...]:
    """What a bundle is put together from: the one that draws has everything."""
    return BUNDLES[: BUNDLES.index(name) + 1]


def is_needed(name: str) -> bool:
    """Whether a package's file is of use at run time."""
    if name.startswith(("..", BOTOCORE_DATA)) or "__pycache__" in name:
        return False
    return ".dist-info/" not in name and not name.endswith(NEEDLESS)


def compile_all(folder: Path, within: str = "", alone: bool = False, optimize: int = 0) -> None:
    """Compiled files that Python takes without looking at the sources, which Lambda gives another date.

    `alone` puts them in the place of the sources: a module is then found at its first look, which makes a
    cold start a twentieth cheaper. Our own code keeps its sources, so that tracebacks show them.
    """
    compileall.compile_dir(
        folder / within,
        quiet=2,
        optimize=optimize,
        legacy=alone,
        stripdir=folder,
        prependdir=PLACE,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    for source in (folder / within).rglob("*.py") if alone else ():
        source.unlink()


def assembled(name: str, code: Path, packages: Path, target: Path) -> Bundle:
    """One bundle, as a folder and as an archive beside it. TooLarge."""
    folder, archive = target / name, target / f"{name}.zip"
    shutil.rmtree(folder, ignore_errors=True)
    for path in ours(name, code):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(code / path, folder / path)
    compile_all(folder)
    shutil.copyfile(packages / archive.name, archive)
    with zipfile.ZipFile(archive, "a") as packed:
        _pack(packed, folder, files_in(folder))
    for part in parts(name):
        shutil.copytree(packages / part, folder, dirs_exist_ok=True)
    return _measured(name, folder, archive)


def ours(name: str, code: Path) -> list[str]:
    """The files of our own code that belong into a bundle."""
    left_out = DRAWING_CODE if name == API else ()
    return [path for path in files_in(code) if not path.startswith(left_out)]


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _pack(packed: zipfile.ZipFile, folder: Path, paths: list[str]) -> None:
    """Without dates, so that the same files make the same archive."""
    for path in paths:
        entry = zipfile.ZipInfo(path, EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o100755 << 16 if path.endswith(".so") else 0o100644 << 16
        packed.writestr(entry, (folder / path).read_bytes())


def _measured(name: str, folder: Path, archive: Path) -> Bundle:
    digest, unpacked = hashlib.sha256(), 0
    for path in files_in(folder):
        content = (folder / path).read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
        unpacked += len(content)
    bundle = Bundle(name, folder, archive, digest.hexdigest()[:32], unpacked)
    for size, most in ((bundle.zipped, MOST_ZIPPED), (bundle.unpacked, MOST_UNPACKED)):
        if size > most:
            raise TooLarge(f"The bundle {name} has {size:,} bytes, of which Lambda takes {most:,}.")
    return bundle


def report(bundles: list[Bundle]) -> Iterator[str]:
    """A line a bundle with its sizes."""
    for one in bundles:
        megabytes = (one.zipped / 1e6, MOST_ZIPPED / 1e6, one.unpacked / 1e6, MOST_UNPACKED / 1e6)
        yield "{:8} {:5.1f} of {:.0f} MB zipped, {:6.1f} of {:.0f} MB unpacked".format(one.name, *megabytes)
