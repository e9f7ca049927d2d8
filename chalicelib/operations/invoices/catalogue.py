"""`update_products`: the catalogue follows the lines of saved invoices (billing 8.2)."""

from __future__ import annotations

from chalicelib.operations.context import Context
from chalicelib.operations.crud import CREATED, UPDATED, Plan, announce
from chalicelib.operations.invoices.items import products_by_key
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, PRODUCT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.commit import MOST_ACTIONS
from chalicelib.store.record import Record

PLAN = Plan(PRODUCT, required=("product_key",), required_update=("product_key",), pointers=("product_key",))
ROWS = 3
"""A new product, its look-up row and its event."""
MOST_AT_ONCE = 30
RESERVED, RESERVED_BY_CONTACT = 20, 2
"""Rows of invoice, client, number, payment and their events; an invitation's look-up row and its mail."""
UPSERT = "product.upsert_requested"
COPIED = ("tax_name1", "tax_rate1", "tax_name2", "tax_rate2", "custom_value1", "custom_value2")


def follow(work: Work, settings: Data, invoice: Record, items: list[Data]) -> None:
    """Bring the catalogue in line with `items`, whose date words are not yet expanded.

    What the transaction has no room for is left to an event that applies it in turn.
    """
    if not settings["update_products"] or invoice.data["has_tasks"] or invoice.data["has_expenses"]:
        return
    keyed = [item for item in items if item["product_key"]]
    wanted = {item["product_key"].lower(): item for item in keyed}
    if not wanted:
        return
    products = products_by_key(work, [item["product_key"] for item in wanted.values()])
    changes = [
        item
        for key, item in wanted.items()
        if _differs(settings, products.get(key), item) and _may_write(work, products.get(key))
    ]
    if len(changes) * ROWS > _room(work, invoice):
        work.emit(UPSERT, due=work.context.now, items=changes, user=work.context.user)
        return
    for item in changes:
        upsert(work, settings, products.get(item["product_key"].lower()), item)


def _room(work: Work, invoice: Record) -> int:
    """Rows that are free when the rest of the commit has what it may need."""
    contacts = work.load(CLIENT, invoice.client).data["contacts"]
    return MOST_ACTIONS - work.size - RESERVED - RESERVED_BY_CONTACT * len(contacts)


def _may_write(work: Work, product: Record | None) -> bool:
    if product is None:
        return work.context.may("create", PRODUCT.kind)
    return work.context.may("edit", PRODUCT.kind, product.owner)


def upsert(work: Work, settings: Data, product: Record | None, item: Data) -> None:
    """Write one line into the catalogue, if the user may."""
    if product is None:
        if work.context.may("create", "product"):
            product = work.new(PRODUCT)
            product.data |= {"product_key": item["product_key"], "qty": "0", "cost": item["cost"]}
            product.data |= _copied(item)
            work.save(PRODUCT, product)
            work.point("product_key", [], [product.data["product_key"]], product.id)
            announce(work, PLAN, product, CREATED)
    elif work.context.may("edit", "product", product.owner):
        product.data |= _copied(item) | _cost(settings, item)
        work.save(PRODUCT, product)
        announce(work, PLAN, product, UPDATED)


def _differs(settings: Data, product: Record | None, item: Data) -> bool:
    if product is None:
        return True
    wanted = _copied(item) | _cost(settings, item)
    return any(product.data[name] != value for name, value in wanted.items())


def _copied(item: Data) -> Data:
    return {"notes": item["notes"]} | {name: item[name] for name in COPIED}


def _cost(settings: Data, item: Data) -> Data:
    return {} if settings["convert_products"] else {"cost": item["cost"]}


def apply_items(context: Context, items: list[Data]) -> None:
    """Write lines that were left to an event; those already applied change nothing."""

    def decide(work: Work) -> None:
        settings = work.load(ACCOUNT, SETTINGS_ID).data
        products = products_by_key(work, [item["product_key"] for item in items])
        for item in items:
            product = products.get(item["product_key"].lower())
            if _differs(settings, product, item):
                upsert(work, settings, product, item)

    transact(context, decide)
