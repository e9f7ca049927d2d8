"""What MiniStack 1.5.33 needs otherwise than AWS, put into the transformed template.

The packaged template stays as it is: each of these is a difference of the emulator, and says which.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.e2e.emulator import LocalCloud

GATEWAY = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
BODY_S_ANSWERS = "x-amazon-apigateway-gateway-responses"
BODY_S_BINARY = "x-amazon-apigateway-binary-media-types"

UNKNOWN = frozenset({"AWS::Budgets::Budget"})
"""Types of resources that MiniStack's CloudFormation lacks."""

Template = dict[str, Any]


def adapted(native: Template, cloud: LocalCloud) -> Template:
    template = copy.deepcopy(native)
    resources = template["Resources"]
    for name in [name for name, resource in resources.items() if resource["Type"] in UNKNOWN]:
        del resources[name]
    _gateway(template)
    _rights(template)
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Environment"]["Variables"] |= _variables(cloud)
    # MiniStack serves an API under its id below localhost, where AWS has a domain with a certificate.
    text = json.dumps(template).replace(GATEWAY, f"http://${{RestAPI}}.execute-api.localhost:{cloud.port}")
    found: Template = json.loads(text)
    return found


def _variables(cloud: LocalCloud) -> dict[str, str]:
    return {
        # MiniStack's own SES drops attachments (design.md 5); this one keeps mails as they came.
        "AWS_ENDPOINT_URL_SESV2": cloud.mails.rstrip("/"),
        # The receiver of the script listens on this machine, where production must not be led.
        "KUNAI_ALLOW_LOOPBACK_HOOKS": "true",
    }


def _gateway(template: Template) -> None:
    """MiniStack reads paths from an API's body and nothing else, so the rest is said by resources."""
    resources = template["Resources"]
    api = resources["RestAPI"]["Properties"]
    api["BinaryMediaTypes"] = api["Body"].pop(BODY_S_BINARY)
    made = {}
    for kind, answer in api["Body"].pop(BODY_S_ANSWERS).items():
        properties = {
            "RestApiId": {"Ref": "RestAPI"},
            "ResponseType": kind,
            "ResponseParameters": answer["responseParameters"],
            "ResponseTemplates": answer["responseTemplates"],
        }
        if "statusCode" in answer:
            properties["StatusCode"] = str(answer["statusCode"])
        made[f"Answer{kind.title().replace('_', '')}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": properties,
        }
    resources |= made
    for resource in resources.values():
        # A stage answers as its deployment found the API, so that comes after.
        if resource["Type"] == "AWS::ApiGateway::Deployment":
            resource["DependsOn"] = [*made]


def _rights(template: Template) -> None:
    """MiniStack holds each call against the caller's role, with two differences."""
    resources = template["Resources"]
    # It is reached over plain HTTP, which the bucket's policy refuses, as it is to.
    del resources["DocumentsPolicy"]
    for resource in resources.values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    # AWS has no action of this name: sqs:SendMessage covers batches.
                    if "sqs:SendMessage" in statement["Action"]:
                        statement["Action"].append("sqs:SendMessageBatch")
