"""Where the bundles lie in S3, under names that their content gives them, so that an unchanged one stays."""

from __future__ import annotations

import copy
from typing import Any

from chalicelib.deploy.package import Package


def keys(made: Package) -> dict[str, str]:
    """The key of each bundle, by its place in the template."""
    prefix = made.stage.prefix
    return {f"./{one.archive.name}": f"{prefix}/{one.name}-{one.digest}.zip" for one in made.bundles}


def located(made: Package, bucket: str) -> dict[str, Any]:
    """The template with its bundles in a bucket."""
    template, places = copy.deepcopy(made.template), keys(made)
    for resource in template["Resources"].values():
        place = resource["Properties"].get("CodeUri")
        if place is not None:
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": places[place]}
    return template
