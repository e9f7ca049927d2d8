"""Signed links and forms of the deployed code, which nothing here can follow."""

from __future__ import annotations

from chalicelib.deploy.package import Package
from tests.deploy.test_bundles import run

MADE = """
import os
os.environ |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
from chalicelib.store import files
answer = [files.link("a.pdf", "a.pdf"), files.form("a.pdf", "application/pdf", 1)["url"]]
"""


def test_they_lead_to_the_bucket_s_own_region(packaged: Package) -> None:
    """The host of all regions redirects from a new bucket for hours; a signature holds for one host."""
    (answer,) = run(packaged.bundles[0], MADE)
    assert isinstance(answer, list)
    link, form = answer
    assert link.startswith("https://kunai-documents.s3.eu-west-1.amazonaws.com/a.pdf?")
    assert form == "https://kunai-documents.s3.eu-west-1.amazonaws.com/"
