"""The REST API: which paths go to which function, and what the gateway itself answers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from chalicelib.api import response, routes
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import functions
from chalicelib.deploy.template.functions import DRAW, REST
from chalicelib.deploy.template.parts import Part, ref, resource, sub

URI = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations"
)
MESSAGE = '{"error":{"message":$context.error.messageString}}'
"""v4's shape of an error, in the gateway's own words."""


def routed(template: Part, stage: Stage) -> None:
    """Send each path of Chalice's API to its function, by an address that refers to nothing."""
    drawn = frozenset(routes.drawn())
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    definition["paths"] = {
        path: {method: _operation(stage, path in drawn) for method in methods}
        for path, methods in definition["paths"].items()
    }
    definition["x-amazon-apigateway-gateway-responses"] = _own_answers()
    # The metrics of the gateway go by this name.
    definition["info"]["title"] = stage.prefix
    for part in ("definitions", "schemes"):
        definition.pop(part, None)


def _operation(stage: Stage, is_drawn: bool) -> Part:
    target = functions.alias_arn(stage, "drawing" if is_drawn else "api")
    return {
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": sub(URI, Function=target),
            "passthroughBehavior": "when_no_match",
            "contentHandling": "CONVERT_TO_TEXT",
        },
    }


def resources() -> Part:
    """What Chalice does not say of its API, and who may call the functions for it."""
    called = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    source = sub(
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*", Api=ref("RestAPI")
    )
    return {
        "RestAPI": {
            "Properties": {
                "BinaryMediaTypes": ["*~1*"],
                "OpenApiVersion": "2.0",
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "ThrottlingRateLimit": ref("RequestsPerSecond"),
                        "ThrottlingBurstLimit": ref("RequestsPerSecond"),
                    }
                ],
                "TracingEnabled": {"Fn::If": ["IsTraced", True, False]},
            }
        },
        **{
            f"{logical}InvokePermission": resource(
                "AWS::Lambda::Permission",
                {"FunctionName": ref(f"{logical}.Alias"), **called, "SourceArn": source},
            )
            for logical in (REST, DRAW)
        },
    }


def _own_answers() -> Part:
    """Unknown paths and methods are 404 as in v4; all the rest keeps its status in v4's shape."""
    unknown = json.dumps({"error": {"message": "Route does not exist"}})
    return {
        "MISSING_AUTHENTICATION_TOKEN": _answer(unknown, 404),
        "RESOURCE_NOT_FOUND": _answer(unknown, 404),
        "REQUEST_TOO_LARGE": _answer(json.dumps({"error": {"message": "Request Too Long"}}), 413),
        "THROTTLED": _answer(MESSAGE, 429, {"Retry-After": "1"}),
        "DEFAULT_4XX": _answer(MESSAGE),
        "DEFAULT_5XX": _answer(MESSAGE),
    }


def _answer(body: str, status: int | None = None, more: Mapping[str, str] | None = None) -> Part:
    sent = {**response.HEADERS, **(more or {})}
    headers = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in sent.items()}
    made: Part = {"responseTemplates": {"application/json": body}, "responseParameters": headers}
    return {"statusCode": status, **made} if status else made
