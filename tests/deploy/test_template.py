"""The packaged template: what stands in it, and that it says what the application says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api import gateway, response, routes
from chalicelib.delivery import queues
from chalicelib.deploy import stages
from chalicelib.deploy.package import Package
from chalicelib.deploy.template import build, functions
from chalicelib.store.models import TABLES

Resources = dict[str, Any]


def of_type(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def test_cfn_lint_has_nothing_to_say(packaged: Package) -> None:
    lint, template = Path(sys.executable).with_name("cfn-lint"), packaged.folder / "template.json"
    done = subprocess.run([lint, template], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_no_secret_is_in_it(packaged: Package) -> None:
    names = {name for one in functions.FUNCTIONS for name in variables(packaged, one.logical)}
    assert "KUNAI_SECRETS" in names
    assert not names & {"KUNAI_SERVER_SECRET", "KUNAI_API_SECRET", "KUNAI_DEMO_TOKEN"}
    assert "SECRET" not in "".join(packaged.template["Parameters"]).upper()


def variables(packaged: Package, logical: str) -> dict[str, Any]:
    found: dict[str, Any] = packaged.template["Resources"][logical]["Properties"]["Environment"]["Variables"]
    return found


def test_production_keeps_its_data_and_development_does_not(resources: Resources) -> None:
    development = build.merged(stages.named("dev"))["Resources"]
    for name in ("Records", "Lookups", "Events", "Documents"):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            assert (resources[name][policy], development[name][policy]) == ("Retain", "Delete")
    for name in ("Records", "Lookups", "Events"):
        assert resources[name]["Properties"]["DeletionProtectionEnabled"]
        assert not development[name]["Properties"]["DeletionProtectionEnabled"]


def test_tables_are_the_models(resources: Resources) -> None:
    tables = of_type(resources, "AWS::DynamoDB::Table")
    assert {table["TableName"] for table in tables.values()} == {
        f"kunai-prod-{name}" for name in ("records", "lookups", "events")
    }
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
    local, everywhere = tables["Records"]["LocalSecondaryIndexes"], tables["Events"]["GlobalSecondaryIndexes"]
    assert {row["IndexName"] for row in local} == {"updated", "client", "subtype", "spare1", "spare2"}
    assert {row["IndexName"] for row in everywhere} == {"by_client", "due"}
    assert tables["Events"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Lookups", "Events"}
    assert len(tables) == len(TABLES)


def test_the_bucket_is_closed_and_forgets(resources: Resources) -> None:
    bucket = resources["Documents"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["abandoned-uploads"]["Prefix"] == "uploads/"
    assert rules["abandoned-uploads"]["ExpirationInDays"] == 1
    assert {"old-versions", "aborted-uploads"} < rules.keys()
    (statement,) = resources["DocumentsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_queues_are_those_of_the_delivery(resources: Resources) -> None:
    made = of_type(resources, "AWS::SQS::Queue")
    names = {queue["QueueName"] for queue in made.values()}
    assert names == {
        "kunai-prod-stream-failures",
        *(f"kunai-prod-{queue}.fifo" for queue in (*queues.BATCHES, queues.DEAD)),
    }
    for queue in queues.BATCHES:
        properties = made[f"{queue.capitalize()}Queue"]
        assert properties["FifoQueue"]
        assert properties["VisibilityTimeout"] == queues.VISIBILITY_SECONDS
        assert properties["RedrivePolicy"]["maxReceiveCount"] == queues.MOST_RECEIVED


def test_sources_are_mapped_as_the_delivery_says(resources: Resources) -> None:
    worker, stream = resources["Worker"]["Properties"], resources["Stream"]["Properties"]
    mapped = {name: event["Properties"] for name, event in worker["Events"].items()}
    assert {name: one["BatchSize"] for name, one in mapped.items()} == {
        f"{queue.capitalize()}Queue": size for queue, size in queues.BATCHES.items()
    }
    limited = {name for name, one in mapped.items() if "ScalingConfig" in one}
    assert limited == {"MailsQueue", "WebhooksQueue"}
    assert worker["Timeout"] < queues.VISIBILITY_SECONDS
    source = stream["Events"]["EventsTable"]["Properties"]
    assert (source["BatchSize"], source["MaximumRetryAttempts"]) == (100, 10)
    assert source["BisectBatchOnFunctionError"]
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["StreamFailures", "Arn"]
    }
    patterns = [json.loads(one["Pattern"]) for one in source["FilterCriteria"]["Filters"]]
    assert [one["eventName"] for one in patterns] == [["INSERT"], ["MODIFY"]]
    for one in (*mapped.values(), source):
        assert one["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_schedules_are_those_of_the_app(resources: Resources) -> None:
    rates = {
        name: [event["Properties"]["Schedule"] for event in resources[name]["Properties"]["Events"].values()]
        for name in ("Sweep", "Overdue")
    }
    assert rates == {"Sweep": ["rate(1 minute)"], "Overdue": ["rate(1 hour)"]}


def test_each_path_leads_to_the_function_that_can_answer_it(resources: Resources) -> None:
    api = resources["RestAPI"]["Properties"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert (api["StageName"], api["BinaryMediaTypes"]) == ("api", ["*~1*"])
    paths = api["DefinitionBody"]["paths"]
    assert paths.keys() == gateway.routes().keys()
    for path, methods in paths.items():
        assert set(methods) == {method.lower() for method in gateway.EVERY_METHOD}
        name = "drawing" if path in routes.drawn() else "api"
        for method in methods.values():
            uri = json.dumps(method["x-amazon-apigateway-integration"]["uri"])
            assert f":function:kunai-prod-{name}:live" in uri


def test_the_gateways_own_answers_look_like_ours(resources: Resources) -> None:
    answers = resources["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert {name: answer.get("statusCode") for name, answer in answers.items()} == {
        "MISSING_AUTHENTICATION_TOKEN": 404,
        "RESOURCE_NOT_FOUND": 404,
        "REQUEST_TOO_LARGE": 413,
        "THROTTLED": 429,
        "DEFAULT_4XX": None,
        "DEFAULT_5XX": None,
    }
    for answer in answers.values():
        body = answer["responseTemplates"]["application/json"].replace("$context.error.messageString", '"m"')
        assert list(json.loads(body)["error"]) == ["message"]
        parameters = answer["responseParameters"]
        assert parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        wait = {"gatewayresponse.header.Retry-After"} if answer.get("statusCode") == 429 else set()
        assert len(parameters) == len(response.HEADERS) + len(wait)
        assert wait <= parameters.keys()


def test_the_gateway_takes_no_more_than_the_operator_allows(resources: Resources) -> None:
    (everywhere,) = resources["RestAPI"]["Properties"]["MethodSettings"]
    assert (everywhere["ResourcePath"], everywhere["HttpMethod"]) == ("/*", "*")
    assert (
        everywhere["ThrottlingRateLimit"]
        == everywhere["ThrottlingBurstLimit"]
        == {"Ref": "RequestsPerSecond"}
    )


@pytest.mark.parametrize("function", functions.FUNCTIONS, ids=lambda one: one.name)
def test_each_function_has_its_log_its_version_and_its_alarms(
    resources: Resources, function: functions.Function
) -> None:
    properties = resources[function.logical]["Properties"]
    assert properties["Runtime"] == f"python3.{sys.version_info.minor}"
    assert properties["AutoPublishAlias"] == "live"
    log = resources[f"{function.logical}Log"]["Properties"]
    assert log == {"LogGroupName": f"/aws/lambda/kunai-prod-{function.name}", "RetentionInDays": 90}
    for kind in ("Errors", "Throttles"):
        alarm = resources[f"{function.logical}{kind}"]["Properties"]
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": f"kunai-prod-{function.name}"}]


def test_the_rest_of_what_can_go_wrong_rings_too(resources: Resources) -> None:
    metrics = {one["MetricName"] for one in of_type(resources, "AWS::CloudWatch::Alarm").values()}
    assert metrics == {
        *("Errors", "Throttles", "IteratorAge", "Invocations", "5XXError"),
        *("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"),
        *("Reputation.BounceRate", "Reputation.ComplaintRate"),
    }
    budget = resources["Budget"]["Properties"]["Budget"]
    assert budget["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}


def test_ses_tells_the_api_what_the_api_understands(resources: Resources) -> None:
    destination = resources["MailEvents"]["Properties"]["EventDestination"]
    assert destination["MatchingEventTypes"] == ["bounce", "complaint", "delivery", "open"]
    assert resources["MailSubscription"]["Properties"]["Protocol"] == "https"
    assert "/ses_events" in json.dumps(resources["MailSubscription"]["Properties"]["Endpoint"])
