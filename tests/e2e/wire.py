"""Steps: what the way between client and code must let through or refuse, as v4 did."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request

from tests.api_client import Answer
from tests.e2e.journey import Journey, Step
from tests.portal.guest import Guest
from tests.uploads import FORM, multipart, put_into_s3

PDF_WITHOUT_ACCEPT = "answers a PDF without an Accept header"
NO_ROUTE = {"error": {"message": "Route does not exist"}}
EVERY_BYTE = b"%PDF-1.4\n" + bytes(range(256)) * 200
LARGE = b"%PDF-1.4\n" + bytes(range(256)) * 20_000
"""5 MB: more than a request or an answer of Lambda holds in base64."""


def bodies(journey: Journey) -> None:
    """A form, JSON with umlauts, a body of a type that nobody lists, and PATCH."""
    api = journey.api
    form = api.post_form("/products", {"product_key": "Bürste", "cost": "1.5"}).data
    assert (form["product_key"], form["cost"]) == ("Bürste", 1.5)
    assert (
        api.send("PATCH", f"/products/{form['id']}", {"product_key": "Bürste", "cost": 2}).data["cost"] == 2
    )
    odd = json.dumps({"product_key": "odd"}).encode()
    assert api.post("/products", odd, content_type="text/plain; charset=utf-8").data["product_key"] == "odd"


def get_with_body(journey: Journey) -> None:
    assert journey.api.get("/clients", {"ignored": True}).data[0]["id"] == 1


def without_accept(journey: Journey) -> None:
    """No Accept header at all: JSON stays JSON."""
    assert journey.api.get("/clients").json["meta"]["pagination"]["total"] == 1
    assert journey.api.get("/clients", accept="image/png, */*").data[0]["id"] == 1


def pdf_without_accept(journey: Journey) -> None:
    found = journey.api.get(f"/download/{journey.invoice['id']}")
    assert found.body[:5] == b"%PDF-", found.body[:80]


def gzipped(journey: Journey) -> None:
    """The page that describes the API, and its script, which lies there compressed."""
    guest = Guest(journey.network)
    page = guest.get("/api/docs")
    script = re.findall(r'src="([^"]+\.js)"', page.text)[0]
    plain, packed = guest.get(script), guest.get(script, accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def links(journey: Journey) -> None:
    """A page's link leads back to this server."""
    following = journey.api.get("/products?per_page=1").json["meta"]["pagination"]["links"]["next"]
    host, path = journey.network.host, "/api/v1/products?page=2"
    assert following.endswith(f"://{host}{path}"), following


def preflight(journey: Journey) -> None:
    answer = journey.api.send(
        "OPTIONS", "/clients", None, x_ninja_token=None, origin="https://shop.test",
        access_control_request_method="POST", access_control_request_headers="x-ninja-token",
    )  # fmt: skip
    assert (answer.status, answer.body) == (200, b""), answer
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert "X-Ninja-Token" in answer.headers["access-control-allow-headers"]
    assert journey.api.get("/ping", origin="https://shop.test").headers["access-control-allow-origin"] == "*"


def head(journey: Journey) -> None:
    answer = journey.api.send("HEAD", "/clients")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-ninja-version"].startswith("4.5.")


def refusals(journey: Journey) -> None:
    api = journey.api
    for path in ("/nowhere", "/clients/1/2/3/4/5"):
        expect(api.get(path), 404, NO_ROUTE)
    answer = api.delete("/clients")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    text = "The DELETE method is not supported for this route. Supported methods: GET, HEAD, POST."
    expect(answer, 405, {"message": text})
    expect(api.get("/clients/99"), 404, {"message": "record does not exist"})
    assert api.get("/clients", x_ninja_token="wrong").status == 403
    assert "client_id" in api.post("/invoices", {}).errors


def expect(answer: Answer, status: int, body: object) -> None:
    assert (answer.status, answer.json) == (status, body), (answer.status, answer.text)
    assert answer.headers["content-type"] == "application/json"


def document(journey: Journey) -> None:
    """A file with every byte there is, as a form, and back."""
    fields = {"invoice_id": journey.invoice["id"]}
    sent = multipart(fields, ("scan.pdf", EVERY_BYTE))
    made = journey.api.post("/documents", sent, content_type=FORM).data
    assert (made["size"], made["name"]) == (len(EVERY_BYTE), "scan.pdf"), made
    assert journey.api.get(f"/documents/{made['id']}", accept="*/*").body == EVERY_BYTE


def large_document(journey: Journey) -> None:
    """Straight into the bucket by a signed form, and out of it by a signed link."""
    api = journey.api
    form = api.post("/documents", {"name": "big.pdf", "size": len(LARGE)}).data
    assert put_into_s3(form, LARGE) in (200, 201, 204)
    named = {"upload": form["upload"], "name": "big.pdf", "invoice_id": journey.invoice["id"]}
    made = api.post("/documents", named).data
    answer = api.get(f"/documents/{made['id']}", accept="*/*")
    assert answer.status == 303, answer
    with urllib.request.urlopen(answer.headers["location"], timeout=30) as stored:
        assert stored.read() == LARGE


STEPS = (
    Step("takes forms, JSON, unlisted types and PATCH", bodies),
    Step("takes a GET with a body", get_with_body),
    Step("answers JSON without an Accept header, or with any", without_accept),
    Step(PDF_WITHOUT_ACCEPT, pdf_without_accept),
    Step("answers gzip", gzipped),
    Step("links pages by its own address", links),
    Step("answers preflight requests", preflight),
    Step("answers HEAD", head),
    Step("refuses in v4's words", refusals),
    Step("keeps a document byte for byte", document),
    Step("keeps a large document by way of S3", large_document),
)
