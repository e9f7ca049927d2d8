"""Lines as sent: aliases, catalogue look-ups, comma lists and what is not worth storing (billing 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.billing.totals import exceeds_limit
from chalicelib.errors import InvalidInput
from chalicelib.operations.coerce import loose_truth, whole
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ITEM, PRODUCT
from chalicelib.operations.work import Work
from chalicelib.store.reads import Key
from chalicelib.store.record import Record

MOST_ITEMS = 2_000
MOST_KEYS = 2 * MOST_ITEMS
FROM_PRODUCT = (
    "cost", "notes", "custom_value1", "custom_value2", "tax_name1", "tax_rate1", "tax_name2", "tax_rate2",
)  # fmt: skip
ALIASES = (
    ("tax_name1", ("item_tax_name1", "tax_name")),
    ("tax_rate1", ("item_tax_rate1", "tax_rate")),
    ("tax_name2", ("item_tax_name2",)),
    ("tax_rate2", ("item_tax_rate2",)),
)
TELLING = ("cost", "product_key", "notes", "custom_value1", "custom_value2")
SHORTHAND = ("product_key", "cost", "notes", "qty")


def sent_rows(body: Mapping[str, Any]) -> list[Data] | None:
    """The lines of a request with aliases resolved and nulls left out; None when no list was sent.

    InvalidInput: not a list of objects, too many lines, or beyond v4's amount limit.
    """
    rows = body.get("invoice_items")
    if isinstance(rows, dict):
        rows = list(rows.values())
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput.of("invoice_items", "The invoice items must be a list of objects.")
    _check_count(len(rows))
    return [_plain(row) for row in rows]


def _check_count(count: int) -> None:
    if count > MOST_ITEMS:
        raise InvalidInput.of("invoice_items", f"An invoice may not have more than {MOST_ITEMS} items.")


def shorthand_rows(body: Mapping[str, Any]) -> list[Data]:
    """The one line that old clients spell at the top of an invoice.

    It takes more than a product key to make a line: v4 answers an empty invoice then, and clients see it.
    """
    row = {name: body[name] for name in SHORTHAND if body.get(name) not in (None, "")}
    return [row] if set(row) - {"product_key"} else []


def _plain(row: Data) -> Data:
    plain = {name: value for name, value in row.items() if value is not None}
    for name, aliases in ALIASES:
        for alias in aliases:
            if alias in plain and (alias.startswith("item_") or name not in plain):
                plain[name] = plain[alias]
                break
    return plain


def check_limit(rows: list[Data]) -> None:
    scalars = [(_scalar(row.get("qty")), _scalar(row.get("cost"))) for row in rows]
    if exceeds_limit(scalars):
        raise InvalidInput.of("invoice_items", "The invoice exceeds the maximum amount")


def _scalar(value: Any) -> Any:
    """Lists and objects are reported by the field's reader, not by the limit."""
    return None if isinstance(value, (list, dict)) else value


def product_keys(rows: list[Data]) -> list[str]:
    """Every catalogue key that the lines may refer to. InvalidInput: too many."""
    found: list[str] = []
    for row in rows:
        key = row.get("product_key")
        if isinstance(key, str) and key.strip():
            found.append(key.strip())
            found += [part.strip() for part in key.split(",") if part.strip()] if "," in key else []
    found = list(dict.fromkeys(found))
    if len(found) > MOST_KEYS:
        raise InvalidInput.of("invoice_items", f"The items may not name more than {MOST_KEYS} products.")
    return found


def named_products(body: Mapping[str, Any]) -> list[str]:
    """The catalogue keys of a body that is not validated yet, for reading ahead."""
    rows = body.get("invoice_items")
    if not isinstance(rows, list) or len(rows) > MOST_ITEMS:
        return []
    return product_keys([row for row in rows if isinstance(row, dict)])[:MOST_KEYS]


def products_by_key(work: Work, keys: list[str]) -> dict[str, Record]:
    """Active products by lower-case key, the lowest id where several share one."""
    work.fetch(work.pointer_key("product_key", key) for key in keys)
    rows = pointed_products(work, keys)
    work.fetch(rows.values())
    products = {key: work.find(PRODUCT, int(row.sort)) for key, row in rows.items()}
    return {key: product for key, product in products.items() if product is not None}


def pointed_products(work: Work, keys: list[str]) -> dict[str, Key]:
    """Where the products of these catalogue keys lie, by lower-case key."""
    return {
        key.lower(): work.key(PRODUCT.kind, min(found))
        for key in keys
        if (found := work.pointed("product_key", key))
    }


def fill(rows: list[Data], products: Mapping[str, Record]) -> list[Data]:
    """Lines with what they leave out taken from the catalogue; comma lists become a line per product."""
    filled: list[Data] = []
    for row in rows:
        key = row.get("product_key")
        parts = [part.strip() for part in key.split(",")] if isinstance(key, str) and "," in key else []
        if parts and parts[0].lower() in products:
            _check_count(len(filled) + len(parts))
            filled += [_filled({"product_key": part}, products) for part in parts if part]
        else:
            filled.append(_filled(row, products))
    return filled


def _filled(row: Data, products: Mapping[str, Record]) -> Data:
    product = products.get(str(row.get("product_key", "")).strip().lower())
    return {name: product.data[name] for name in FROM_PRODUCT} | row if product else row


def read_items(rows: list[Data], form: str, known: list[Data], first_id: int = 0) -> list[Data]:
    """Full lines in stored form. A row naming a known line's id keeps what it does not send of that line.

    `known` lines have the ids from `first_id` on.
    """
    before = {first_id + position: item for position, item in enumerate(known)}
    read = ITEM.read_rows("invoice_items", rows, form, creating=True)
    pairs = zip(read, rows, strict=True)
    return [{**before.get(_id(sent), ITEM.defaults), **row} for row, sent in pairs if _worth_storing(sent)]


def _id(row: Data) -> int:
    """The line's id; null, 0, negative and malformed ones name none."""
    try:
        return max(0, whole(row.get("id", row.get("public_id"))))
    except ValueError:
        return 0


def _worth_storing(sent: Data) -> bool:
    """v4 leaves out lines that say nothing, judging by what was sent: a cost of "abc" is kept as 0."""
    return bool(_id(sent)) or any(loose_truth(sent.get(name)) for name in TELLING)


def number_items(work: Work, invoice: Data, replaced: int = 0) -> None:
    """Give the lines fresh ids, as v4 does on each save: they count up from `first_item_id`.

    The replaced lines are gone, so the account's newest ids are given again (resources.md 1.2).
    """
    first = work.head.ids.get(ITEM.kind, 0) + 1
    if replaced and invoice["first_item_id"] + replaced == first:
        first = invoice["first_item_id"]
    work.head.ids[ITEM.kind] = first - 1 + len(invoice["invoice_items"])
    invoice["first_item_id"], invoice["items_at"] = first, work.context.now
