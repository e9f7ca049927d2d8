"""Payments: taken, edited, taken back, refunded (billing 5)."""

from chalicelib.operations.payments.actions import REFUND, act
from chalicelib.operations.payments.create import create
from chalicelib.operations.payments.update import update

__all__ = ("REFUND", "act", "create", "update")
