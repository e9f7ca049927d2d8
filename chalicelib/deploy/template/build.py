"""One template: what is merged into Chalice's, and what is changed in it afterwards."""

from __future__ import annotations

from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import alarms, api, data, domain, functions, mail, roles
from chalicelib.deploy.template.functions import DRAW, FUNCTIONS, REST
from chalicelib.deploy.template.parameters import GATEWAY_URL, conditions, parameters, public_url
from chalicelib.deploy.template.parts import Part, ref, sub

CHALICES_ROLE = "DefaultRole"


def merged(stage: Stage) -> Part:
    """The template that Chalice merges into its own."""
    granted = roles.grants(stage, functions.alias_arn(stage, "drawing"))
    return {
        "Description": f"Kunai, stage {stage.name}",
        "Parameters": parameters(stage),
        "Conditions": conditions(),
        "Resources": {
            **data.tables(stage),
            **data.bucket(stage),
            **data.work_queues(stage),
            **mail.resources(stage),
            **roles.resources(stage, granted),
            **functions.resources(stage),
            **api.resources(),
            **alarms.resources(stage),
            **domain.resources(),
        },
    }


def finished(template: Part, stage: Stage) -> Part:
    """Chalice's merged template, put right where merging cannot: what is taken away or rewritten."""
    found = template["Resources"]
    del found[CHALICES_ROLE]
    chalices = {name: found[REST]["Properties"][name] for name in ("Runtime", "Architectures")}
    found[DRAW]["Properties"] |= chalices
    for one in FUNCTIONS:
        found[one.logical]["Properties"]["Tags"] = {"kunai": stage.name}
    api.routed(template, stage)
    template["Outputs"] = outputs()
    return template


def outputs() -> Part:
    return {
        "PublicUrl": {"Description": "The base of the API's and the portal's links", "Value": public_url()},
        "GatewayUrl": {"Description": "The gateway's own address", "Value": sub(GATEWAY_URL)},
        "RestApiId": {"Value": ref("RestAPI")},
        "Bucket": {"Value": ref(data.BUCKET)},
        "AlarmTopic": {"Value": ref(alarms.TOPIC)},
        **domain.outputs(),
    }
