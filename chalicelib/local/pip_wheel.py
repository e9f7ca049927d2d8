"""Brings pip into an environment where `ensurepip` is missing, as on Debian without python3-venv.

The wheel comes from the index that pip itself would ask (its environment variables and configuration
files), else from PyPI; a wheel can install itself.
"""

# ruff: noqa: S603  (the commands are ours)
from __future__ import annotations

import configparser
import hashlib
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

PYPI = "https://pypi.org/simple"
WHEEL = re.compile(r"/pip-(\d+(?:\.\d+)*)-py3-none-any\.whl$")


def option(name: str) -> str | None:
    """pip's own setting of that name, such as `index-url` or `cert`."""
    variable = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if variable:
        return variable
    config = configparser.RawConfigParser(strict=False)
    config.read(_config_files(), encoding="utf-8")
    for section in ("install", "global"):
        if config.has_option(section, name):
            return config.get(section, name).strip()
    return None


def _config_files() -> list[Path]:
    """Weakest first, in the order in which pip reads them."""
    home = Path.home()
    shared = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    system = [Path(folder) / "pip/pip.conf" for folder in shared.split(":")]
    own = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"
    named = os.environ.get("PIP_CONFIG_FILE")
    return [*system, Path("/etc/pip.conf"), home / ".pip/pip.conf", own, *([Path(named)] if named else [])]


class _Links(HTMLParser):
    """Collects the wheels of a package index page that this Python may use, as (version, address)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.wheels: list[tuple[tuple[int, ...], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = urljoin(self.page, given.get("href") or "")
        match = WHEEL.search(urldefrag(address).url)
        if tag != "a" or match is None or "data-yanked" in given:
            return
        lowest = re.search(r">=\s*3\.(\d+)", given.get("data-requires-python") or "")
        if lowest is None or int(lowest[1]) <= sys.version_info.minor:
            self.wheels.append((tuple(map(int, match[1].split("."))), address))


def newest(page: str, html: str) -> str:
    """The address of the newest pip on an index page; its fragment may carry the checksum."""
    links = _Links(page)
    links.feed(html)
    if not links.wheels:
        raise SystemExit(f"No pip wheel at {page}. Install python3-venv, or set PIP_INDEX_URL.")
    return max(links.wheels)[1]


def _fetch(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310
    context = ssl.create_default_context(cafile=option("cert"))
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
        return bytes(answer.read())


def install(python: Path) -> None:
    """Put the newest pip into the environment of that interpreter."""
    page = f"{(option('index-url') or PYPI).rstrip('/')}/pip/"
    address, fragment = urldefrag(newest(page, _fetch(page).decode()))
    content = _fetch(address)
    checksum = fragment.removeprefix("sha256=")
    if checksum != fragment and hashlib.sha256(content).hexdigest() != checksum:
        raise SystemExit(f"{address} does not match its checksum.")
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / address.rpartition("/")[2]
        wheel.write_bytes(content)
        subprocess.run([python, wheel / "pip", "install", "--quiet", "--no-index", wheel], check=True)
