"""Who reads: a person before a browser, or a program that only fetches (http.md 9.3).

Mail systems fetch links with the names of usual browsers, so no list of names can tell them apart. A view is
therefore told by the page itself once it stands before somebody: by its script, and without scripts by a
picture that only a browser asks for. Names and headers merely sort out what gives itself away.
"""

from __future__ import annotations

import re

from chalicelib.api.request import Request
from chalicelib.operations.coerce import loose_truth

PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scan|preview|headless|phantom|selenium|monitor|archiver|validator"
    r"|python|curl|wget|libwww|java/|okhttp|go-http|node|axios|ruby|perl|php|http-?client|facebookexternal"
    r"|whatsapp|telegram|skype|slack|discord|embedly|barracuda|mimecast|proofpoint|symantec|trendmicro|sophos"
    r"|forcepoint|fireeye|ironport|cloudmark|safelinks|msoffice|ms-office|microsoft office|googleimageproxy"
    r"|yahoomailproxy",
    re.IGNORECASE,
)
AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers by which browsers say that they fetch a page before anybody asked for it."""


def counts(request: Request) -> bool:
    """Whether a page should tell that it was seen.

    Not to a program, to a sender's preview (`silent=true` as in v4), or to a caller with an API token.
    """
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and not _is_program(request)
        and not request.headers.get("x-ninja-token")
        and not loose_truth(request.query.get("silent"))
    )


def tells(request: Request) -> bool:
    """Whether a request that tells of a view comes from a page that somebody has before them."""
    ahead = any(re.search("prefetch|preview|prerender", request.headers.get(name, "")) for name in AHEAD)
    site = request.headers.get("sec-fetch-site", "same-origin")
    return not ahead and not _is_program(request) and site == "same-origin"


def asks_for_picture(request: Request) -> bool:
    """Whether a browser loads a picture of a page of ours. Browsers too old to say so are not counted."""
    headers = request.headers
    return headers.get("sec-fetch-dest") == "image" and headers.get("sec-fetch-site") == "same-origin"


def _is_program(request: Request) -> bool:
    agent = request.headers.get("user-agent", "")
    return not agent or PROGRAMS.search(agent) is not None
