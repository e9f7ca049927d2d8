"""`make deploy` and `make destroy`: a stage in the account that the environment names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.deploy import artifacts, secrets, stack
from chalicelib.deploy.cloud import Cloud
from chalicelib.deploy.package import Package
from chalicelib.deploy.stages import Stage

Say = Callable[[str], None]


def deploy(cloud: Cloud, made: Package, wishes: Mapping[str, str], say: Say = print) -> dict[str, str]:
    """Bring the stage to this package; the stack's outputs. SystemExit with the reason."""
    stage = made.stage
    before = stack.described(cloud, stage)
    given = stack.parameters(made.template, wishes, before)
    for name in secrets.ensure(cloud, stage):
        say(f"Made the secret {name}.")
    say(f"Uploading to {cloud.artifacts} ...")
    url = artifacts.upload(cloud, made, stack.values(made.template, wishes, before))
    say(f"Changing the stack {stage.prefix} in {cloud.region} ...")
    if not stack.apply(cloud, stage, url, given):
        say("Nothing was to be changed.")
    found = stack.outputs(stack.described(cloud, stage) or {})
    for name, value in sorted(found.items()):
        say(f"{name}: {value}")
    return found


def destroy(cloud: Cloud, stage: Stage, confirm: Callable[[str], str] = input, say: Say = print) -> None:
    """Remove the stage. What keeps its data leaves tables, bucket and secrets; else all is gone for good."""
    found = stack.described(cloud, stage)
    if found is None:
        raise SystemExit(f"There is no stack {stage.prefix} in {cloud.region}.")
    fate = "Its tables, bucket and secrets stay." if stage.keeps_data else "All its data is lost."
    asked = f"This removes {stage.prefix} from account {cloud.account} in {cloud.region}. {fate}"
    if confirm(f"{asked}\nType {stage.prefix} to go on: ").strip() != stage.prefix:
        raise SystemExit("Nothing was changed.")
    if not stage.keeps_data:
        artifacts.empty(cloud, stack.outputs(found)["Bucket"])
    stack.delete(cloud, stage)
    if not stage.keeps_data:
        secrets.remove(cloud, stage)
    artifacts.empty(cloud, cloud.artifacts, f"{stage.prefix}/")
    say(f"{stage.prefix} is gone.")
