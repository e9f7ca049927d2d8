"""The package of production, made once for a whole run, whatever the number of workers."""

from __future__ import annotations

import fcntl
import pickle
from typing import Any

import pytest

from chalicelib.deploy import stages
from chalicelib.deploy.package import Package, package
from tests.api_client import api

__all__ = ("api",)


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Package:
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    done = shared / "packaged"
    with (shared / "packaging").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            done.write_bytes(pickle.dumps(package(stages.named("prod"), shared / "prod")))
    made: Package = pickle.loads(done.read_bytes())
    return made


@pytest.fixture(scope="session")
def resources(packaged: Package) -> dict[str, Any]:
    """The resources of the packaged template, by their names."""
    found: dict[str, Any] = packaged.template["Resources"]
    return found
