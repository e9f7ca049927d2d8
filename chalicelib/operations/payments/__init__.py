"""Payments: taken, edited, taken back, refunded (billing 5)."""

from chalicelib.operations.payments.actions import act
from chalicelib.operations.payments.create import create
from chalicelib.operations.payments.update import update

__all__ = ("act", "create", "update")
