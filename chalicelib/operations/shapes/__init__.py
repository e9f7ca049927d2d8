"""The records that business rules know by name. A plain resource declares its shape beside itself."""

from chalicelib.operations.shapes.account import ACCOUNT, SETTINGS_ID
from chalicelib.operations.shapes.client import CLIENT, CONTACT
from chalicelib.operations.shapes.invoice import INVITATION, INVOICE, ITEM
from chalicelib.operations.shapes.money import CREDIT, PAYMENT
from chalicelib.operations.shapes.product import PRODUCT
from chalicelib.operations.shapes.user import TOKEN, USER

__all__ = (
    "ACCOUNT", "CLIENT", "CONTACT", "CREDIT", "INVITATION", "INVOICE", "ITEM", "PAYMENT", "PRODUCT",
    "SETTINGS_ID", "TOKEN", "USER",
)  # fmt: skip
