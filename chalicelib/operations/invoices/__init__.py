"""Invoices, quotes and recurring templates: one kind of record, three sub-types (billing 1.1)."""

from chalicelib.operations.invoices.actions import act
from chalicelib.operations.invoices.create import create
from chalicelib.operations.invoices.email import email
from chalicelib.operations.invoices.update import update

__all__ = ("act", "create", "email", "update")
