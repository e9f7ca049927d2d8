"""Arbitrary JSON in every request that writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.local.gateway import Gateway
from tests.api_client import Api
from tests.depth import times
from tests.security.hostile import send
from tests.security.targets import TARGETS

NAMES = sorted({name for target in TARGETS for name in (*target.fields, *target.extra, *target.place({}))})
LOGIN = (
    "email",
    "password",
    "first_name",
    "last_name",
    "token_name",
    "template",
    "subject",
    "body",
    "reminder",
    "invoice_id",
)
REQUESTS = (
    *((method, path) for path in ("/clients", "/contacts", "/invoices", "/products", "/tax_rates", "/payment_terms")
      for method in ("POST", "PUT")),
    ("PUT", "/accounts"), ("POST", "/register"), ("POST", "/login"), ("POST", "/email_invoice"), ("POST", "/refresh"),
    ("POST", "/payments"), ("POST", "/credits"),
)  # fmt: skip

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**66), 2**66),
    st.floats(),
    st.text(max_size=20),
    st.text(alphabet="0123456789.,-eE+ ", max_size=12),
    st.dates().map(str),
    st.sampled_from(["1", "0", "true", "A4", "2", 1, 2, 3]),
)
keys = st.one_of(st.sampled_from((*NAMES, *LOGIN)), st.text(max_size=8))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)
bodies = st.dictionaries(keys, values, max_size=8)


@pytest.fixture(scope="module")
def owner(gateway: Gateway) -> Api:
    api = Api(gateway).register()
    for target in TARGETS:
        if not target.single:
            assert api.post(target.path, target.place({})).status == 200
    return api


@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=lambda part: part)
def test_arbitrary_bodies(owner: Api, method: str, path: str) -> None:
    address = path if method == "POST" or path == "/accounts" else f"{path}/1"
    target = next((target for target in TARGETS if target.path == path), None)

    @settings(
        max_examples=times(60, 20), deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(bodies, st.booleans())
    def run(body: dict[str, Any], valid: bool) -> None:
        send(owner, method, address, target.place(body) if target and valid else body)

    run()


@settings(max_examples=times(150, 50), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    st.binary(max_size=80),
    st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain", "", "x"]),
)
def test_arbitrary_bytes(owner: Api, raw: bytes, content_type: str) -> None:
    for method, path in (("POST", "/clients"), ("PUT", "/clients/1"), ("POST", "/login")):
        assert owner.send(method, path, raw, content_type=content_type).status < 500


@pytest.mark.parametrize(
    "body",
    ["[]", "1", '"x"', "null", "true", "{", "{}}", '{"a":}', "\ufeff{}", "\x00", '{"a":1,}', "[" * 5_000],
)
def test_json_that_is_no_object(owner: Api, body: str) -> None:
    answer = owner.post("/clients", body.encode(), content_type="application/json")
    assert answer.status == 200 if body == "\ufeff{}" else answer.errors.keys() == {"body"}
