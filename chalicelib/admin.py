"""`python -m chalicelib.admin EMAIL`: an account with its owner and an API token, made by the operator.

It writes into the tables that the environment names, those of AWS or of a local stack, and prints the token,
which nothing can show again.
"""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys

from chalicelib.api.auth import new_key, origin
from chalicelib.errors import InvalidInput, KunaiError
from chalicelib.operations import sessions
from chalicelib.settings import settings

PASSWORD = "KUNAI_NEW_PASSWORD"  # noqa: S105  (the name of a variable)


def main(arguments: list[str] | None = None) -> None:
    """SystemExit with the reason: the account was not made."""
    asked = _parser().parse_args(arguments)
    secret = settings().server_secret
    if not secret:
        raise SystemExit("KUNAI_SERVER_SECRET is not set, from which the token is derived.")
    password, is_random = _password(asked.ask_password)
    body = {
        "email": asked.email,
        "first_name": asked.first_name,
        "last_name": asked.last_name,
        "password": password,
        "token_name": asked.token_name,
    }
    try:
        session = sessions.register(origin, body, new_key, secret)
    except InvalidInput as error:
        raise SystemExit("\n".join(text for texts in error.errors.values() for text in texts)) from error
    except KunaiError as error:
        raise SystemExit(str(error)) from error
    print(f"account: {session.context.account_key}")
    print(f"token: {session.token}")
    if is_random:
        print(f"password: {password}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m chalicelib.admin", description="Make an account and a token.")
    parser.add_argument("email", help="the log-in of the account's owner")
    parser.add_argument("--first-name", default="Account")
    parser.add_argument("--last-name", default="Owner")
    parser.add_argument("--token-name", default="operator")
    parser.add_argument(
        "--ask-password",
        action="store_true",
        help=f"prompt for the password; without it {PASSWORD} is taken, or a random one made and printed",
    )
    return parser


def _password(ask: bool) -> tuple[str, bool]:
    """The owner's password, and whether it is one that nobody knows yet."""
    if ask:
        return getpass.getpass("Password: "), False
    given = os.environ.get(PASSWORD, "")
    return (given, False) if given else (secrets.token_urlsafe(16), True)


if __name__ == "__main__":
    main(sys.argv[1:])
