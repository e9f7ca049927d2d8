"""`python -m chalicelib.transfer export ACCOUNT FILE`, `import FILE`, `verify FILE`: for operators.

It works on the tables and the bucket that the environment names, those of AWS or of a local stack.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from chalicelib.errors import KunaiError, RecordNotFound
from chalicelib.transfer import export, restore, verify
from chalicelib.transfer.export import Account, Moved, Summary
from chalicelib.transfer.lines import Damaged, Data
from chalicelib.transfer.seals import OtherSecret, Seals

SOURCE_SECRET = "KUNAI_SOURCE_SECRET"  # noqa: S105  (the name of a variable)
TRIES = 5
OWNER_ONLY = 0o600
OTHER_SECRET = (
    f"The file was sealed under another server secret. Put that one into {SOURCE_SECRET} to have the secrets "
    "sealed anew, or say --without-secrets: then webhooks need new secrets, gateways their keys, and users "
    "with a second factor a recovery code. Passwords and API tokens work either way."
)


def main(arguments: list[str] | None = None) -> None:
    """SystemExit with the reason."""
    asked = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = asked.run
    try:
        run(asked)
    except (Damaged, restore.Refused) as error:
        raise SystemExit(str(error)) from error
    except OtherSecret as error:
        raise SystemExit(OTHER_SECRET) from error
    except RecordNotFound as error:
        raise SystemExit("There is no such account.") from error
    except KunaiError as error:
        raise SystemExit(f"{error} What was written is gone on with by the same command.") from error
    except OSError as error:
        raise SystemExit(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m chalicelib.transfer", description="Move an account as a file."
    )
    verbs = parser.add_subparsers(required=True, metavar="export | import | verify")
    one = verbs.add_parser("export", help="write an account into a new file")
    one.add_argument("account", help="the e-mail address of one of its users, or its account key")
    one.set_defaults(run=_export)
    two = verbs.add_parser("import", help="bring an account in from a file, or go on with that")
    two.add_argument(
        "--without-secrets", action="store_true", help="leave secrets behind that cannot be read"
    )
    two.add_argument("--undo", action="store_true", help="remove what an unfinished import has written")
    two.set_defaults(run=_import)
    three = verbs.add_parser("verify", help="check a file, its books and its lists; nothing is written")
    three.set_defaults(run=_verify)
    for verb in (one, two, three):
        verb.add_argument("file", type=Path)
    return parser


def _export(asked: argparse.Namespace) -> None:
    if asked.file.exists():
        raise SystemExit(f"{asked.file} exists already.")
    account = export.find(asked.account)
    part = asked.file.with_name(f"{asked.file.name}.part")
    try:
        summary = _written(account, part)
        part.rename(asked.file)
    finally:
        part.unlink(missing_ok=True)
    _warn(f"{asked.file} holds password hashes, personal data and sealed secrets: guard it as the database.")
    if summary.outstanding:
        _warn(
            f"{summary.outstanding} events had work left, such as mails; it stays here, and no copy does it."
        )
    print(f"account: {account.key}\nlines: {summary.lines}")


def _written(account: Account, part: Path) -> Summary:
    for _ in range(TRIES):
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as out:
                summary = export.export(account, out)
                out.flush()
                os.fsync(descriptor)
                return summary
        except Moved:
            _warn("The account was written to meanwhile; beginning again.")
    raise SystemExit(
        "The account does not stand still. Restore its tables to one moment under another "
        "KUNAI_TABLE_PREFIX and export it from there."
    )


def _import(asked: argparse.Namespace) -> None:
    if asked.undo:
        print(f"undone: {restore.undo(asked.file).header['account_key']}")
        return

    def seals(header: Data) -> Seals:
        given = os.environ.get(SOURCE_SECRET, "")
        return Seals(header["account"], header["secret"], given, asked.without_secrets)

    checked = restore.restore(asked.file, seals)
    _warn("Let only one of the two installations serve this account: both would mail and call webhooks.")
    print(f"account: {checked.header['account_key']}\nlines: {checked.lines}")


def _verify(asked: argparse.Namespace) -> None:
    checked, differences = verify.verify(asked.file)
    print(f"account: {checked.header['account_key']}\nlines: {checked.lines}")
    if differences:
        raise SystemExit("\n".join(differences))


def _warn(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
