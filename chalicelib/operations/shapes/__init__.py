"""The records that business rules know by name. A plain resource declares its shape beside itself."""

from chalicelib.operations.shapes.account import ACCOUNT, SETTINGS_ID
from chalicelib.operations.shapes.client import CLIENT, CONTACT
from chalicelib.operations.shapes.document import DOCUMENT
from chalicelib.operations.shapes.invoice import INVITATION, INVOICE, ITEM
from chalicelib.operations.shapes.money import CREDIT, PAYMENT
from chalicelib.operations.shapes.product import PRODUCT
from chalicelib.operations.shapes.user import TOKEN, USER
from chalicelib.operations.shapes.work import EXPENSE, EXPENSE_CATEGORY, PROJECT, TASK

__all__ = (
    "ACCOUNT", "CLIENT", "CONTACT", "CREDIT", "DOCUMENT", "EXPENSE", "EXPENSE_CATEGORY", "INVITATION",
    "INVOICE", "ITEM", "PAYMENT", "PRODUCT", "PROJECT", "SETTINGS_ID", "TASK", "TOKEN", "USER",
)  # fmt: skip
