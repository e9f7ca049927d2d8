"""Deploys a package onto the local cloud by what `make deploy` does."""

from __future__ import annotations

import json
from dataclasses import dataclass

from chalicelib.deploy import artifacts, stack
from chalicelib.deploy.deploy import deploy, destroy
from chalicelib.deploy.package import Package
from chalicelib.deploy.stages import Stage
from tests.e2e.adaptation import adapted
from tests.e2e.emulator import LocalCloud, transformed

SENDER = "billing@kunai.test"
EVERY_MINUTE = "rate(1 minute)"
PLATFORM_S = ("START ", "END ", "REPORT ")


@dataclass(frozen=True)
class Deployment:
    """A stage on the local cloud; `address` is what the stack says of itself."""

    cloud: LocalCloud
    stage: Stage
    address: str

    def secret(self, name: str) -> str:
        """What an operator looks up in the Parameter Store."""
        path = f"{self.stage.secrets}/{name}"
        found = self.cloud.client("ssm").get_parameter(Name=path, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    def hurry(self) -> None:
        """Have what is scheduled hourly started every minute, as an operator can on AWS, too."""
        events = self.cloud.client("events")
        for rule in events.list_rules()["Rules"]:
            if rule["ScheduleExpression"] != EVERY_MINUTE:
                events.put_rule(Name=rule["Name"], ScheduleExpression=EVERY_MINUTE)

    def complaints(self) -> list[str]:
        """What the functions logged beside the line of each invocation, its start and its end."""
        logs = self.cloud.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        return [
            event["message"]
            for group in groups
            if group.startswith(f"/aws/lambda/{self.stage.prefix}-")
            for event in logs.filter_log_events(logGroupName=group)["events"]
            if not event["message"].startswith(PLATFORM_S) and not _is_fine(event["message"])
        ]

    def remove(self) -> None:
        destroy(self.cloud, self.stage, confirm=lambda _: self.stage.prefix)


def _is_fine(message: str) -> bool:
    """Whether it is the JSON line of an invocation that went well."""
    return message.startswith("{") and json.loads(message)["level"] == "INFO"


def deployed(cloud: LocalCloud, made: Package, **wishes: str) -> Deployment:
    """The stage, made or brought to these parameters. SystemExit with the reasons: it failed."""
    wishes = {"MailFrom": SENDER, **wishes}
    values = stack.values(made.template, wishes, stack.described(cloud, made.stage))
    native = transformed(artifacts.located(made, cloud.artifacts, values))
    outputs = deploy(cloud, made._replace(template=adapted(native, cloud)), wishes)
    return Deployment(cloud, made.stage, outputs["PublicUrl"])
