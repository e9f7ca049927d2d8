"""`python -m chalicelib.deploy package|deploy|destroy STAGE`."""

from __future__ import annotations

import argparse
from pathlib import Path

from chalicelib.deploy import bundles, stages, wheels
from chalicelib.deploy.package import ROOT, package

BUILD = ROOT / ".build"


def main(arguments: list[str] | None = None) -> None:
    """SystemExit with the reason."""
    parser = argparse.ArgumentParser("python -m chalicelib.deploy", description="Package and deploy Kunai.")
    parser.add_argument("verb", choices=("package",))
    parser.add_argument("stage")
    parser.add_argument("--out", default="", help="the folder; by default .build/STAGE")
    asked = parser.parse_args(arguments)
    stage = stages.named(asked.stage)
    try:
        made = package(stage, Path(asked.out) if asked.out else BUILD / stage.name)
    except (wheels.Unfit, bundles.TooLarge) as error:
        raise SystemExit(str(error)) from error
    print("\n".join([str(made.folder / "template.json"), *bundles.report(made.bundles)]))


if __name__ == "__main__":
    main()
