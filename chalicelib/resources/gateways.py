"""Payment gateways: configuration that only administrators see."""

from __future__ import annotations

from chalicelib.operations import gateways
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes.gateway import GATEWAY
from chalicelib.resources.declare import Resource, bodiless
from chalicelib.store.record import Record


def _url(shown: Data, record: Record, context: Context) -> None:
    shown["webhook_url"] = f"{context.public_url}/api/payment_hook/{context.account_key}/{record.id}"


GATEWAYS = Resource(
    "gateways",
    GATEWAY,
    gateways.PLAN,
    compute=_url,
    create=gateways.create,
    update=gateways.update,
    act=bodiless(gateways.act),
    example={"name": "Stripe", "provider": "stripe", "webhook_secret": "whsec_5WbX0exampleofstripe"},
    example_answer={"is_enabled": True, "has_api_key": False},
)
