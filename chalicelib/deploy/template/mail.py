"""SES's way to us: a configuration set tells a topic what became of mails, and the topic tells the API."""

from __future__ import annotations

from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template.parts import NOTHING, Part, either, ref, resource, sub, tags
from chalicelib.operations.ses.notices import BOUNCE, COMPLAINT, DELIVERY, OPEN

SET, TOPIC = "MailSet", "MailTopic"
HEARD = (BOUNCE, COMPLAINT, DELIVERY, OPEN)


def resources(stage: Stage) -> Part:
    publishes = {
        "Sid": "SesTells",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {"StringEquals": {"AWS:SourceAccount": ref("AWS::AccountId")}},
    }
    return {
        SET: resource(
            "AWS::SES::ConfigurationSet",
            {"Name": stage.prefix, "ReputationOptions": {"ReputationMetricsEnabled": True}},
        ),
        TOPIC: resource("AWS::SNS::Topic", {"TopicName": f"{stage.prefix}-mail", "Tags": tags(stage.name)}),
        f"{TOPIC}Policy": resource(
            "AWS::SNS::TopicPolicy",
            {
                "Topics": [ref(TOPIC)],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [publishes]},
            },
        ),
        "MailEvents": resource(
            "AWS::SES::ConfigurationSetEventDestination",
            {
                "ConfigurationSetName": ref(SET),
                "EventDestination": {
                    "Name": "kunai",
                    "Enabled": True,
                    "MatchingEventTypes": [kind.lower() for kind in HEARD],
                    "SnsDestination": {"TopicARN": ref(TOPIC)},
                },
            },
            DependsOn=f"{TOPIC}Policy",
        ),
        "MailSubscription": _subscription(),
    }


def _subscription() -> Part:
    """SNS asks the endpoint at once, so it is made when the API answers."""
    own = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/ses_events"
    return resource(
        "AWS::SNS::Subscription",
        {
            "TopicArn": ref(TOPIC),
            "Protocol": "https",
            "Endpoint": sub(own, Stage=ref("RestAPI.Stage")),
        },
        DependsOn="APIHandlerInvokePermission",
    )


def identities() -> list[Part]:
    """The address that mails come from and its domain, either of which may be what SES has verified.

    The domain above that one may be, too, which only the operator knows.
    """
    place = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/"
    domain = {"Fn::Select": [1, {"Fn::Split": ["@", ref("MailFrom")]}]}
    other = either("HasMailIdentity", sub(f"{place}${{MailIdentity}}"), NOTHING)
    return [sub(f"{place}${{MailFrom}}"), sub(f"{place}${{Domain}}", Domain=domain), other]


def configuration_set() -> Part:
    return sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${" + SET + "}")
