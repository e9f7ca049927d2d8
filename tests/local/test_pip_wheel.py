"""pip is found as pip itself would look for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chalicelib.local import pip_wheel

PAGE = "https://mirror.example.com/simple/pip/"


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PIP_INDEX_URL", "PIP_CERT", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "shared"))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))


def test_the_newest_usable_wheel_is_taken() -> None:
    too_new = sys.version_info.minor + 1
    html = f"""
        <a href="../../files/pip-9.0.3-py2.py3-none-any.whl">old</a>
        <a href="../../files/pip-25.3.tar.gz">source</a>
        <a href="../../files/pip-9.1-py3-none-any.whl">9.1</a>
        <a href="../../files/pip-25.3-py3-none-any.whl#sha256=abc" data-requires-python="&gt;=3.9">25.3</a>
        <a href="../../files/pip-26.0-py3-none-any.whl" data-yanked="broken">26.0</a>
        <a href="../../files/pip-27.0-py3-none-any.whl" data-requires-python="&gt;=3.{too_new}">27.0</a>
    """
    found = "https://mirror.example.com/files/pip-25.3-py3-none-any.whl#sha256=abc"
    assert pip_wheel.newest(PAGE, html) == found


def test_an_index_without_pip_is_said_so() -> None:
    with pytest.raises(SystemExit, match=PAGE):
        pip_wheel.newest(PAGE, "<a href='setuptools-1-py3-none-any.whl'></a>")


def test_the_environment_wins_over_the_users_file_over_the_shared_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert pip_wheel.option("index-url") is None
    shared = tmp_path / "shared/pip/pip.conf"
    own = tmp_path / "home/.config/pip/pip.conf"
    for path, host in ((shared, "shared"), (own, "own")):
        path.parent.mkdir(parents=True)
        path.write_text(f"[global]\nindex-url = https://{host}/simple\ncert = /%s.pem\n")
        assert pip_wheel.option("index-url") == f"https://{host}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable/simple")
    assert pip_wheel.option("index-url") == "https://variable/simple"
    assert pip_wheel.option("cert") == "/%s.pem"
