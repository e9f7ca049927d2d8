"""A domain of one's own: its root and its `/api` both lead to the stage, as design.md 3 wants it."""

from __future__ import annotations

from chalicelib.deploy.template.parts import Part, ref, resource

DOMAIN = "Domain"
IF = "HasDomain"


def resources() -> Part:
    domain = {
        "DomainName": ref("DomainName"),
        "RegionalCertificateArn": ref("CertificateArn"),
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
    }
    leads = {"DomainName": ref(DOMAIN), "RestApiId": ref("RestAPI"), "Stage": ref("RestAPI.Stage")}
    return {
        DOMAIN: resource("AWS::ApiGateway::DomainName", domain, Condition=IF),
        "DomainRoot": resource("AWS::ApiGateway::BasePathMapping", leads, Condition=IF),
        "DomainApi": resource("AWS::ApiGateway::BasePathMapping", {**leads, "BasePath": "api"}, Condition=IF),
    }


def outputs() -> Part:
    """Where the domain's DNS record has to lead."""
    target = {"Fn::GetAtt": [DOMAIN, "RegionalDomainName"]}
    return {"DomainTarget": {"Description": "The CNAME of the domain", "Value": target, "Condition": IF}}
