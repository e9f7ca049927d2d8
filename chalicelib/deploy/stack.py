"""The CloudFormation stack of a stage: changed by change sets, so that nothing is half done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError, WaiterError

from chalicelib.deploy.cloud import Cloud
from chalicelib.deploy.stages import Stage

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
"""The roles, and the transform of the functions."""
NOTHING_NEW = ("didn't contain changes", "No updates are to be performed", "NO_CHANGES")
UNMADE = "REVIEW_IN_PROGRESS"
DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")
WAIT = {"Delay": 5, "MaxAttempts": 720}


def described(cloud: Cloud, stage: Stage) -> dict[str, Any] | None:
    """The stack as it is, or None."""
    try:
        found: list[dict[str, Any]] = cloud.client("cloudformation").describe_stacks(StackName=stage.prefix)[
            "Stacks"
        ]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return found[0] if found else None


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {row["OutputKey"]: row["OutputValue"] for row in stack.get("Outputs", ())}


def parameters(
    template: Mapping[str, Any], wishes: Mapping[str, str], before: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """What is wished for; else what was; else the template's defaults. SystemExit: an unknown wish."""
    known = template["Parameters"]
    if unknown := wishes.keys() - known.keys():
        raise SystemExit(f"There is no parameter {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    had = {row["ParameterKey"] for row in (before or {}).get("Parameters", ())}
    wished = [{"ParameterKey": name, "ParameterValue": value} for name, value in wishes.items()]
    kept = [
        {"ParameterKey": name, "UsePreviousValue": True}
        for name in known
        if name in had and name not in wishes
    ]
    return [*wished, *kept]


def values(
    template: Mapping[str, Any], wishes: Mapping[str, str], before: Mapping[str, Any] | None
) -> dict[str, str]:
    """What the parameters will be: what `parameters` says, written out."""
    default = {name: str(declared["Default"]) for name, declared in template["Parameters"].items()}
    had = {row["ParameterKey"]: row["ParameterValue"] for row in (before or {}).get("Parameters", ())}
    return {name: wishes.get(name, had.get(name, value)) for name, value in default.items()}


def apply(cloud: Cloud, stage: Stage, url: str, given: list[dict[str, Any]]) -> bool:
    """Make the stack, or change what is to be changed; False: nothing is. SystemExit: it failed."""
    cloudformation, before = cloud.client("cloudformation"), described(cloud, stage)
    status = before["StackStatus"] if before else UNMADE
    if status in DEAD:
        raise SystemExit(f"The stack {stage.prefix} is {status}: `make destroy STAGE={stage.name}` first.")
    is_new = status == UNMADE
    made = cloudformation.create_change_set(
        StackName=stage.prefix,
        ChangeSetName=f"{stage.prefix}-{uuid4().hex[:12]}",
        ChangeSetType="CREATE" if is_new else "UPDATE",
        TemplateURL=url,
        Parameters=given,
        Capabilities=CAPABILITIES,
    )["Id"]
    if not _is_ready(cloudformation, made):
        cloudformation.delete_change_set(ChangeSetName=made)
        return False
    cloudformation.execute_change_set(ChangeSetName=made)
    waiter = cloudformation.get_waiter("stack_create_complete" if is_new else "stack_update_complete")
    try:
        waiter.wait(StackName=stage.prefix, WaiterConfig=WAIT)
    except WaiterError as error:
        raise SystemExit("\n".join(["The deployment failed.", *_reasons(cloud, stage)])) from error
    return True


def _is_ready(cloudformation: Any, change_set: str) -> bool:
    """Whether the change set has changes. SystemExit: CloudFormation refuses it."""
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(
            ChangeSetName=change_set, WaiterConfig={"Delay": 2, "MaxAttempts": 300}
        )
    except WaiterError as error:
        reason = cloudformation.describe_change_set(ChangeSetName=change_set).get("StatusReason", "")
        if any(words in reason for words in NOTHING_NEW):
            return False
        raise SystemExit(f"CloudFormation refuses the template: {reason}") from error
    return True


def _reasons(cloud: Cloud, stage: Stage) -> Iterator[str]:
    """Why resources failed, the first cause first."""
    events = cloud.client("cloudformation").describe_stack_events(StackName=stage.prefix)["StackEvents"]
    for event in reversed(events):
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("FAILED") and "cancelled" not in reason:
            yield f"  {event['LogicalResourceId']} ({event['ResourceType']}): {reason}"


def delete(cloud: Cloud, stage: Stage) -> None:
    """SystemExit: something could not be removed."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.delete_stack(StackName=stage.prefix)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stage.prefix, WaiterConfig=WAIT)
    except WaiterError as error:
        raise SystemExit("\n".join(["The stack could not be removed.", *_reasons(cloud, stage)])) from error
