"""Fixtures for tests that look at pages in a real browser."""

from __future__ import annotations

import atexit
import socket
from collections.abc import Iterator
from functools import lru_cache
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from chalicelib.local import browser as installed
from chalicelib.local.gateway import Gateway
from chalicelib.local.server import Server


@pytest.fixture(scope="session")
def site(gateway: Gateway) -> Iterator[str]:
    """The API over HTTP on loopback; gives its address without a path."""
    listener = socket.create_server(("127.0.0.1", 0))
    http = create_server(Server(gateway, after_write=lambda: None), sockets=[listener], threads=8)
    Thread(target=http.run, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    http.close()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """One for all folders that import this fixture: a process can have only one driver."""
    return _launched()


@lru_cache(maxsize=1)
def _launched() -> Browser:
    driver = sync_playwright().start()
    atexit.register(driver.stop)
    return driver.chromium.launch(
        executable_path=installed.program(),
        args=["--no-sandbox", "--disable-gpu"],
        env={**installed.environment()},
    )


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page of a fresh profile."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()
