"""What tells the operator: one topic, and alarms on everything that does not mend itself (see RUNBOOK.md)."""

from __future__ import annotations

from chalicelib.delivery import queues
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import data, functions
from chalicelib.deploy.template.functions import FUNCTIONS
from chalicelib.deploy.template.parts import Part, ref, resource, sub, tags

TOPIC = "AlarmTopic"
PERIOD = 300
LATE = 900
"""Seconds after which waiting work is late: the stream and the queues are usually empty within seconds."""
TELLERS = ("cloudwatch.amazonaws.com", "budgets.amazonaws.com")
BOUNCES, COMPLAINTS = 0.05, 0.001
"""Shares of all mails from which SES puts an account under review."""


def resources(stage: Stage) -> Part:
    return {**_topic(stage), **_of_functions(stage), **_of_queues(), **_of_mail(), **_of_cost(stage)}


def _topic(stage: Stage) -> Part:
    tells = {
        "Effect": "Allow",
        "Principal": {"Service": list(TELLERS)},
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    policy = {"Version": "2012-10-17", "Statement": [tells]}
    by_mail = {"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": ref("AlarmEmail")}
    return {
        TOPIC: resource("AWS::SNS::Topic", {"TopicName": f"{stage.prefix}-alarms", "Tags": tags(stage.name)}),
        f"{TOPIC}Policy": resource(
            "AWS::SNS::TopicPolicy", {"Topics": [ref(TOPIC)], "PolicyDocument": policy}
        ),
        "AlarmMail": resource("AWS::SNS::Subscription", by_mail, Condition="HasAlarmEmail"),
    }


def _alarm(
    text: str, metric: str, dimensions: Part, most: float, statistic: str = "Sum", **more: object
) -> Part:
    """Rings when the metric, `Namespace/Name`, reaches `most` within five minutes."""
    namespace, _, name = metric.rpartition("/")
    properties = {
        "AlarmDescription": text,
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Statistic": statistic,
        "Period": PERIOD,
        "EvaluationPeriods": 1,
        "Threshold": most,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref(TOPIC)],
        "OKActions": [ref(TOPIC)],
        **more,
    }
    return resource("AWS::CloudWatch::Alarm", properties)


def _of_functions(stage: Stage) -> Part:
    made: Part = {}
    for one in FUNCTIONS:
        where = {"FunctionName": functions.function_name(stage, one.name)}
        made[f"{one.logical}Errors"] = _alarm(
            f"The function {one.name} failed or ran out of time.", "AWS/Lambda/Errors", where, 1
        )
        made[f"{one.logical}Throttles"] = _alarm(
            f"The function {one.name} was refused for want of concurrency.",
            "AWS/Lambda/Throttles",
            where,
            1,
        )
    stream, sweep = ({"FunctionName": functions.function_name(stage, name)} for name in ("stream", "sweep"))
    made["StreamLate"] = _alarm(
        "Events wait in the stream.", "AWS/Lambda/IteratorAge", stream, LATE * 1000, "Maximum"
    )
    made["SweepMissing"] = _alarm(
        "The minute sweeper does not run.",
        "AWS/Lambda/Invocations",
        sweep,
        1,
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=2,
        TreatMissingData="breaching",
    )
    made["ServerErrors"] = _alarm(
        "The API answered 5xx.",
        "AWS/ApiGateway/5XXError",
        {"ApiName": stage.prefix, "Stage": "api"},
        1,
    )
    return made


def _of_queues() -> Part:
    depth, age = "AWS/SQS/ApproximateNumberOfMessagesVisible", "AWS/SQS/ApproximateAgeOfOldestMessage"
    made: Part = {}
    for place in (data.queue_id(queues.DEAD), data.FAILURES):
        where = {"QueueName": {"Fn::GetAtt": [place, "QueueName"]}}
        made[f"{place}Letters"] = _alarm(f"Work was given up: {place}.", depth, where, 1, "Maximum")
    for queue in queues.BATCHES:
        place = data.queue_id(queue)
        where = {"QueueName": {"Fn::GetAtt": [place, "QueueName"]}}
        made[f"{place}Late"] = _alarm(f"Work waits in {place}.", age, where, LATE, "Maximum")
    return made


def _of_mail() -> Part:
    rates = (("Bounce", BOUNCES), ("Complaint", COMPLAINTS))
    return {
        f"{name}s": _alarm(
            f"Too many mails end in a {name.lower()}; SES may stop sending.",
            f"AWS/SES/Reputation.{name}Rate",
            {},
            most,
            "Maximum",
        )
        for name, most in rates
    }


def _of_cost(stage: Stage) -> Part:
    """What the whole account costs: parts of it could be told apart only by tags that somebody activates."""
    to_topic = [{"SubscriptionType": "SNS", "Address": ref(TOPIC)}]
    kinds = (("ACTUAL", 80), ("FORECASTED", 100))
    budget = {
        "BudgetName": sub(f"{stage.prefix}-${{AWS::Region}}"),
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": ref("MonthlyBudget"), "Unit": "USD"},
    }
    told = [
        {
            "Notification": {
                "NotificationType": kind,
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": percent,
                "ThresholdType": "PERCENTAGE",
            },
            "Subscribers": to_topic,
        }
        for kind, percent in kinds
    ]
    properties = {"Budget": budget, "NotificationsWithSubscribers": told}
    made = resource("AWS::Budgets::Budget", properties, Condition="HasBudget", DependsOn=f"{TOPIC}Policy")
    return {"Budget": made}
