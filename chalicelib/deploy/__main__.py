"""`python -m chalicelib.deploy package|deploy|destroy STAGE [NAME=VALUE …]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.deploy import bundles, cloud, stages, wheels
from chalicelib.deploy.deploy import deploy, destroy
from chalicelib.deploy.package import ROOT, TEMPLATE, Package, package
from chalicelib.deploy.stages import Stage

BUILD = ROOT / ".build"


def main(arguments: list[str] | None = None) -> None:
    """SystemExit with the reason."""
    asked = _parser().parse_args(arguments)
    stage = stages.named(asked.stage)
    try:
        if asked.verb == "destroy":
            destroy(cloud.reach(), stage)
        elif asked.verb == "deploy":
            reached, wishes = cloud.reach(), _wishes(asked.wishes)
            deploy(reached, _packaged(stage, asked.out), wishes)
        else:
            _packaged(stage, asked.out)
    except (wheels.Unfit, bundles.TooLarge) as error:
        raise SystemExit(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"AWS refused or could not be reached: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m chalicelib.deploy", description="Package and deploy Kunai.")
    parser.add_argument("verb", choices=("package", "deploy", "destroy"))
    parser.add_argument("stage")
    parser.add_argument("wishes", nargs="*", metavar="NAME=VALUE", help="parameters of the template")
    parser.add_argument("--out", default="", help="the folder of the package; by default .build/STAGE")
    return parser


def _wishes(pairs: list[str]) -> dict[str, str]:
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if any("=" not in pair for pair in pairs):
        raise SystemExit("Parameters are given as NAME=VALUE.")
    return found


def _packaged(stage: Stage, out: str) -> Package:
    made = package(stage, Path(out) if out else BUILD / stage.name)
    print("\n".join([str(made.folder / TEMPLATE), *bundles.report(made.bundles)]), flush=True)
    return made


if __name__ == "__main__":
    main()
