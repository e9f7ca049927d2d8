"""The packages for Lambda are all there, for its machine, and as they were published."""

from __future__ import annotations

import base64
import hashlib
import os
import tarfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from chalicelib.deploy import wheels
from chalicelib.deploy.wheels import Unfit

THERE = wheels.platforms()[0]


def install(
    folder: Path, name: str, tag: str = "py3-none-any", needs: tuple[str, ...] = (), version: str = "1.0"
) -> None:
    """A package of one file."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (folder / f"{name}.py").write_text("x = 1\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"x = 1\n").digest()).decode().rstrip("=")
    (info / "RECORD").write_text(f"{name}.py,sha256={digest},6\n{info.name}/RECORD,,\n")
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")
    lines = [f"Requires-Dist: {need}" for need in needs]
    (info / "METADATA").write_text("\n".join([f"Name: {name}", f"Version: {version}", *lines, "", ""]))


def check(folder: Path, *wanted: str) -> None:
    wheels.check(folder, [Requirement(one) for one in wanted])


def test_what_is_asked_for_and_what_that_needs(tmp_path: Path) -> None:
    install(tmp_path, "a", needs=("b>=1", "c; extra == 'more'", "d; sys_platform == 'win32'"))
    install(tmp_path, "b", tag=f"cp311-abi3-{THERE}")
    check(tmp_path, "a")
    with pytest.raises(Unfit, match="c"):
        check(tmp_path, "a[more]")
    with pytest.raises(Unfit, match="a>=2 is not there"):
        check(tmp_path, "a>=2")
    with pytest.raises(Unfit, match="Nobody asked for a"):
        check(tmp_path, "b")


@pytest.mark.parametrize(
    "tag", ["cp311-cp311-macosx_11_0_arm64", "cp311-cp311-manylinux_2_39_x86_64", "cp39-cp39-any"]
)
def test_a_wheel_for_another_machine(tmp_path: Path, tag: str) -> None:
    install(tmp_path, "a", tag)
    with pytest.raises(Unfit, match=r"a 1\.0 is for cp3"):
        check(tmp_path, "a")


@pytest.mark.parametrize("content", ["x = 2\n", None])
def test_a_file_that_is_damaged_or_gone(tmp_path: Path, content: str | None) -> None:
    install(tmp_path, "a")
    (tmp_path / "a.py").unlink()
    if content:
        (tmp_path / "a.py").write_text(content)
    with pytest.raises(Unfit, match="not as published"):
        check(tmp_path, "a")


def test_a_package_without_a_wheel_stops_the_packaging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(tmp_path / "sources-1.0.tar.gz", "w:gz"):
        pass
    for name, value in (("NO_INDEX", "1"), ("FIND_LINKS", str(tmp_path)), ("CONFIG_FILE", os.devnull)):
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(Unfit, match="Not every package has a wheel"):
        wheels.installed([Requirement("sources")], tmp_path / "cache")
    assert all(path.suffix == ".part" for path in (tmp_path / "cache").glob("*"))


def test_chalices_own_part_and_comments_are_not_installed() -> None:
    found = wheels.requirements("# words\nchalice==1.34.0\norjson>=3,<4  # fast\n\nPyJWT[crypto]\n")
    assert [str(one) for one in found] == ["orjson<4,>=3", "PyJWT[crypto]"]
