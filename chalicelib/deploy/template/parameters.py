"""What an operator chooses when deploying, and what follows from it."""

from __future__ import annotations

from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template.parts import Part, either, ref, sub


def _text(default: str, description: str, **more: object) -> Part:
    return {"Type": "String", "Default": default, "Description": description, **more}


def _number(default: int, description: str) -> Part:
    return {"Type": "Number", "Default": default, "MinValue": 0, "Description": description}


def parameters(stage: Stage) -> Part:
    """None is a secret: those lie in the Parameter Store under the stage's path."""
    address = {"AllowedPattern": r"[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,]+", "ConstraintDescription": "an address"}
    return {
        "MailFrom": _text("billing@example.com", "The sender of mails, verified in SES", **address),
        "MailIdentity": _text("", "The SES identity, if it is neither that address nor its domain"),
        "AlarmEmail": _text("", "Who is told of alarms; empty for nobody"),
        "MonthlyBudget": _number(stage.budget, "US dollars a month above which alarms tell; 0 for no limit"),
        "DomainName": _text("", "A domain of one's own, such as billing.example.com; needs a certificate"),
        "CertificateArn": _text("", "The ACM certificate of the domain, in this region"),
        "Registration": _text(
            "open",
            "Whether strangers who have the API secret may open accounts",
            AllowedValues=["open", "closed"],
        ),
        "GoogleClientIds": _text("", "The Google applications whose log-ins count, separated by spaces"),
        "RateLimit": _number(0, "Requests an hour of an account; 0 for no limit"),
        "RequestsPerSecond": _number(
            500, "Requests a second of everybody together, as many at once; then 429"
        ),
        "LoginLimit": _number(1000, "Requests an hour of an address that come without a token"),
        "Tracing": _text("off", "AWS X-Ray", AllowedValues=["on", "off"]),
    }


def conditions() -> Part:
    return {
        "IsTraced": {"Fn::Equals": [ref("Tracing"), "on"]},
        "HasDomain": {"Fn::Not": [{"Fn::Equals": [ref("DomainName"), ""]}]},
        "HasMailIdentity": {"Fn::Not": [{"Fn::Equals": [ref("MailIdentity"), ""]}]},
        "HasAlarmEmail": {"Fn::Not": [{"Fn::Equals": [ref("AlarmEmail"), ""]}]},
        "HasBudget": {"Fn::Not": [{"Fn::Equals": [ref("MonthlyBudget"), 0]}]},
    }


GATEWAY_URL = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api"


def public_url() -> Part:
    """The base of links; the gateway knows no function by reference, so this closes no circle."""
    return either("HasDomain", sub("https://${DomainName}"), sub(GATEWAY_URL))
