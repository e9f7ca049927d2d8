"""What the functions import, as wheels for Lambda's Python and C library, and the proof that all is well.

Chalice builds dependencies itself, but knows an old list of platforms and leaves out, with a warning, what
it cannot build. pip is told the platform instead, and refuses as a whole what has no wheel for it. The
machine is x86_64: arm64 costs a fifth less, but the native code of its bundles would run nowhere before AWS,
while these are tested as they are deployed.
"""

# ruff: noqa: S603  (the command is ours)
from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, parse_tag
from packaging.utils import NormalizedName, canonicalize_name

MACHINE = "x86_64"
GLIBC = {(3, 11): 26, (3, 12): 34, (3, 13): 34}
"""Minor version of the C library under each of Lambda's Pythons: Amazon Linux 2 and 2023."""
OLDEST_GLIBC = 5
RUNTIME_BY_CHALICE = frozenset({"chalice"})
"""Of these `chalice package` itself puts into the bundle what runs there."""


class Unfit(Exception):
    """A package is missing, damaged, or made for another machine."""


def python() -> tuple[int, int]:
    """Lambda's Python is the one that packages, whose compiled files it loads. SystemExit: it has none."""
    version = sys.version_info[:2]
    if version not in GLIBC:
        raise SystemExit(f"Lambda has no Python {version[0]}.{version[1]}; package with one of 3.11 to 3.13.")
    return version


def platforms() -> list[str]:
    """The names of what runs there, newest first."""
    modern = [f"manylinux_2_{minor}_{MACHINE}" for minor in range(GLIBC[python()], OLDEST_GLIBC - 1, -1)]
    return [*modern, f"manylinux2014_{MACHINE}", f"manylinux2010_{MACHINE}", f"manylinux1_{MACHINE}"]


def requirements(text: str) -> list[Requirement]:
    """The lines of a requirements file that are ours to install."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    found = (Requirement(line) for line in lines if line)
    return [one for one in found if canonicalize_name(one.name) not in RUNTIME_BY_CHALICE]


def installed(wanted: list[Requirement], cache: Path) -> Path:
    """A folder with the wanted packages and theirs, made once for the same wishes. Unfit."""
    wish = "\n".join([*map(str, wanted), str(python()), MACHINE])
    folder = cache / hashlib.sha256(wish.encode()).hexdigest()[:16]
    if not folder.exists():
        made = folder.with_suffix(".part")
        shutil.rmtree(made, ignore_errors=True)
        _install(wanted, made)
        made.rename(folder)
    check(folder, wanted)
    return folder


def _install(wanted: list[Requirement], folder: Path) -> None:
    major, minor = python()
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={major}.{minor}"]
    command += [f"--platform={name}" for name in platforms()]
    done = subprocess.run(
        [*command, f"--target={folder}", *map(str, wanted)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unfit(f"Not every package has a wheel for Lambda:\n{done.stderr.strip()}")


def versions(folder: Path) -> list[str]:
    """What is installed, a line each."""
    return sorted(
        f"{canonicalize_name(one.name)}=={one.version}" for one in distributions(path=[str(folder)])
    )


def check(folder: Path, wanted: list[Requirement]) -> None:
    """Unfit: a package is missing or too old, a wheel for another machine, or a file not as published."""
    found = {canonicalize_name(one.name): one for one in distributions(path=[str(folder)])}
    needed = set(_closure(wanted, found))
    if extra := found.keys() - needed:
        raise Unfit(f"Nobody asked for {', '.join(sorted(extra))}.")
    fitting = frozenset(_tags())
    for one in found.values():
        _check_tags(one, fitting)
        _check_files(one, folder)


def _closure(wanted: Iterable[Requirement], found: Mapping[NormalizedName, Distribution]) -> Iterator[str]:
    """The names of what is needed, each of which is there."""
    waiting, seen = list(wanted), set[str]()
    while waiting:
        one = waiting.pop()
        if str(one) in seen:
            continue
        seen.add(str(one))
        name = canonicalize_name(one.name)
        if name not in found or not one.specifier.contains(found[name].version, prereleases=True):
            raise Unfit(f"{one} is not there.")
        yield name
        for line in found[name].requires or ():
            needs = Requirement(line)
            if _applies(needs, one.extras):
                waiting.append(needs)


def _applies(needs: Requirement, extras: set[str]) -> bool:
    if needs.marker is None:
        return True
    major, minor = python()
    there = {
        "python_version": f"{major}.{minor}",
        "platform_machine": MACHINE,
        "sys_platform": "linux",
        "platform_system": "Linux",
    }
    return any(needs.marker.evaluate({**there, "extra": extra}) for extra in ("", *extras))


def _tags() -> Iterator[Tag]:
    version, names = python(), platforms()
    yield from cpython_tags(version, platforms=names)
    yield from compatible_tags(version, f"cp{version[0]}{version[1]}", names)


def _check_tags(one: Distribution, fitting: frozenset[Tag]) -> None:
    lines = (one.read_text("WHEEL") or "").splitlines()
    tags = [tag for line in lines if line.startswith("Tag: ") for tag in parse_tag(line[5:])]
    if not any(tag in fitting for tag in tags):
        raise Unfit(f"{one.name} {one.version} is for {', '.join(map(str, tags)) or 'no machine known'}.")


def _check_files(one: Distribution, folder: Path) -> None:
    for file in one.files or ():
        if file.parts[0] == ".." or file.hash is None:  # scripts, and the list of files itself
            continue
        path = folder / file
        content = path.read_bytes() if path.is_file() else b""
        digest = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest()).decode()
        if digest.rstrip("=") != file.hash.value:
            raise Unfit(f"{file} of {one.name} {one.version} is not as published.")
