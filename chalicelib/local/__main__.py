"""`make run`: the API with all it needs on this machine, over loopback HTTP."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from pathlib import Path

from chalicelib.local import banner, demo, stack
from chalicelib.local.engine import EngineError, die_with_parent, kill_left_over
from chalicelib.local.gateway import Gateway
from chalicelib.local.server import Server, serve, threaded
from chalicelib.local.state import FolderError, Secrets, claimed
from chalicelib.settings import settings


def main() -> None:
    if "--die-with-parent" in sys.argv:
        die_with_parent()
    # Also for SIGINT, which a shell has its background jobs ignore.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        with bound() as listener, claimed(settings().data_dir.resolve()) as folder:
            run(folder, listener)
    except KeyboardInterrupt:
        pass  # while starting; a server that runs has its own way to end
    except (EngineError, FolderError, demo.DemoError) as error:
        raise SystemExit(str(error)) from error
    print("Kunai has stopped.")


def bound() -> socket.socket:
    """The loopback port to serve at, taken before anything slow starts."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", settings().port))
    except (ValueError, OverflowError) as error:
        raise SystemExit("KUNAI_PORT must be a number from 1 to 65535.") from error
    except OSError as error:
        problem = f"Port {settings().port} cannot be used: {error.strerror}."
        raise SystemExit(f"{problem} Name another one with KUNAI_PORT.") from error
    return listener


def run(folder: Path, listener: socket.socket) -> None:
    """Bring the stack up and serve until interrupted."""
    logging.getLogger("chalicelib").setLevel(settings().log_level.upper())
    owner = str(folder)
    kill_left_over(owner)
    secrets = Secrets.of(folder)
    with stack.persistent(folder, access_key=secrets.access_key, owner=owner) as running:
        os.environ.update(running.environment)
        os.environ["KUNAI_QUEUES"] = f"{running.environment['AWS_ENDPOINT_URL_SQS']}/000000000000/kunai"
        os.environ.setdefault("KUNAI_SERVER_SECRET", secrets.server_secret)
        # All callers of a loopback server share an address.
        os.environ.setdefault("KUNAI_LOGIN_LIMIT", "0")
        os.environ.setdefault("KUNAI_ALLOW_LOOPBACK_HOOKS", "true")
        settings.cache_clear()
        serve_app(listener, running.mails)


def serve_app(listener: socket.socket, mails: str) -> None:
    # Imported only here: they read their surroundings, which the stack has just set.
    import app as composed
    from chalicelib.local import provision
    from chalicelib.local.relay import Relay
    from chalicelib.local.sources import connected, scheduled

    provision.create_all()
    gateway = Gateway(threaded(composed.app))
    relay = Relay(
        *connected(composed.stream, composed.worker),
        lambda: composed.sweep(scheduled("sweep"), None),
        lambda: composed.overdue(scheduled("overdue"), None),
    )
    token = demo.ensure(gateway)
    relay.start()
    try:
        ready = banner.text(api=f"http://127.0.0.1:{settings().port}/api/v1", token=token, mails=mails)
        serve(Server(gateway, after_write=relay.wake), listener, on_ready=lambda: print(ready, flush=True))
    finally:
        relay.stop()


if __name__ == "__main__":
    main()
