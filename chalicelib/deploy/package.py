"""`make package`: one template and the bundles of a stage, in a folder."""

# ruff: noqa: S603  (the command is ours)
from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.deploy import bundles, contents, wheels
from chalicelib.deploy.bundles import Bundle
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import build

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".venv" / "lambda"
CHALICE = "from chalice.cli import main; main()"
TEMPLATE = "template.json"
NOT_DEPLOYED = ("local", "deploy", "transfer", "admin.py", "__pycache__")
"""Of `chalicelib`: what no function ever imports."""
MOST_TEMPLATE = 1_000_000
"""Bytes of a template in S3; one sent along may have 51,200, which this one passes."""


class Package(NamedTuple):
    """What is deployed. `template` names its bundles by paths beside it."""

    stage: Stage
    folder: Path
    template: dict[str, Any]
    bundles: list[Bundle]


def package(stage: Stage, folder: Path) -> Package:
    """Everything of a stage, in a folder of its own. Unfit, TooLarge. SystemExit: the folder is another's."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / TEMPLATE).exists():
        raise SystemExit(f"{folder} holds something else; name an empty folder.")
    (folder / TEMPLATE).write_text("{}")
    with _alone():
        installed = wheels.installed(wheels.requirements((ROOT / "requirements.txt").read_text()), CACHE)
        packages = bundles.prepared(installed)
    (folder / "packages.txt").write_text("".join(f"{line}\n" for line in wheels.versions(installed)))
    with tempfile.TemporaryDirectory() as scratch:
        merged, code = _by_chalice(stage, Path(scratch))
        made = [bundles.assembled(name, code, packages, folder) for name in bundles.BUNDLES]
        for one in made:
            contents.check(one, installed, code)
    template = build.finished(merged, stage)
    text = json.dumps(template, indent=1)
    if len(text) > MOST_TEMPLATE:
        raise bundles.TooLarge(f"The template has {len(text):,} bytes.")
    (folder / TEMPLATE).write_text(text)
    return Package(stage, folder, template, made)


@contextmanager
def _alone() -> Iterator[None]:
    """Others who package, such as tests beside each other, fill the same cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _by_chalice(stage: Stage, scratch: Path) -> tuple[dict[str, Any], Path]:
    """Chalice's template with ours merged in, and a folder with the code that it packed."""
    project, out, code = scratch / "project", scratch / "out", scratch / "code"
    project.mkdir()
    shutil.copy(ROOT / "app.py", project)
    (project / ".chalice").mkdir()
    shutil.copy(ROOT / ".chalice" / "config.json", project / ".chalice")
    shutil.copytree(
        ROOT / "chalicelib", project / "chalicelib", ignore=lambda at, names: _ignored(Path(at), names)
    )
    # The packages come from `wheels`, so that there is nothing left for Chalice to build.
    (project / "requirements.txt").write_text("")
    (scratch / "merge.json").write_text(json.dumps(build.merged(stage)))
    command = [sys.executable, "-c", CHALICE, "package", "--stage", stage.name]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, "--merge-template", str(scratch / "merge.json"), str(out)],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"chalice package failed:\n{done.stderr}")
    with zipfile.ZipFile(out / "deployment.zip") as packed:
        packed.extractall(code)
    return json.loads((out / "sam.json").read_text()), code


def _ignored(folder: Path, names: list[str]) -> set[str]:
    top = folder == ROOT / "chalicelib"
    return {name for name in names if name == "__pycache__" or (top and name in NOT_DEPLOYED)}
