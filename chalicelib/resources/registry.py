"""Every resource by its path."""

from __future__ import annotations

from chalicelib.resources.accounts import PAYMENT_TERMS, TOKENS, USERS
from chalicelib.resources.catalogue import PRODUCTS, TAX_RATES
from chalicelib.resources.clients import CLIENTS, CONTACTS
from chalicelib.resources.declare import Resource
from chalicelib.resources.documents import DOCUMENTS
from chalicelib.resources.gateways import GATEWAYS
from chalicelib.resources.hooks import HOOKS
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.money import CREDITS, PAYMENTS
from chalicelib.resources.work import EXPENSE_CATEGORIES, EXPENSES, PROJECTS, TASKS, VENDORS

RESOURCES: dict[str, Resource] = {
    resource.plural: resource
    for resource in (
        CLIENTS,
        CONTACTS,
        INVOICES,
        PAYMENTS,
        CREDITS,
        PRODUCTS,
        TAX_RATES,
        PAYMENT_TERMS,
        USERS,
        TOKENS,
        PROJECTS,
        TASKS,
        VENDORS,
        EXPENSES,
        EXPENSE_CATEGORIES,
        DOCUMENTS,
        HOOKS,
        GATEWAYS,
    )
}
