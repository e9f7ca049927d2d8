"""From a stored invoice, quote or credit note to the document that is drawn, and the name of its file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from chalicelib.render.blocks import details_of, lines_of
from chalicelib.render.context import Context, context_of, is_quote
from chalicelib.render.document import Document, Style
from chalicelib.render.labels import labels
from chalicelib.render.lines import tables_of
from chalicelib.render.sums import sums_of

CLEAN = 1
DRAWN_DESIGNS = range(1, 11)
_TITLES = {"invoice": "invoice", "quote": "quote", "credit": "credit_note"}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def build(
    invoice: Mapping[str, Any],
    client: Mapping[str, Any],
    contact: Mapping[str, Any] | None,
    account: Mapping[str, Any],
    logo: bytes | None = None,
    pictures: tuple[bytes, ...] = (),
) -> Document:
    """The document of an invoice or quote (http.md 11.3 to 11.5).

    All records are named as on the wire, with amounts as decimal texts or Decimals; `inclusive_taxes` of the
    invoice is the switch it was saved under. `contact` is the reader, by default the client's first contact.
    """
    context = context_of(invoice, client, contact, account)
    terms = str(invoice.get("terms") or "")
    return Document(
        title=context.labels[_TITLES[context.kind]].upper(),
        company=lines_of("account_fields1", context),
        address=lines_of("account_fields2", context),
        client=lines_of("client_fields", context),
        details=details_of(context),
        tables=tables_of(context),
        totals=sums_of(context),
        notes=str(invoice.get("public_notes") or ""),
        terms_label=context.labels["terms"] if terms else "",
        terms=terms,
        footer=str(invoice.get("invoice_footer") or ""),
        page_label=context.labels["page"],
        language=context.locale.language,
        logo=logo,
        pictures=pictures,
        style=_style(context),
    )


def file_name(invoice: Mapping[str, Any], language: str) -> str:
    """The name of the PDF, `Invoice_0001.pdf` (http.md 11.9): ASCII, safe in headers and on any disk."""
    key = "quote" if is_quote(invoice) else "invoice"
    word = _safe(labels(language)[key]) or _safe(labels("en")[key])
    return "_".join(filter(None, (word, _safe(str(invoice.get("invoice_number") or ""))))) + ".pdf"


def fingerprint(document: Document) -> str:
    """A hash of everything the document shows: the same for the same content, in every process."""
    shown = asdict(document)
    shown["logo"] = sha256(document.logo).hexdigest() if document.logo is not None else None
    shown["pictures"] = [sha256(picture).hexdigest() for picture in document.pictures]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _style(context: Context) -> Style:
    account = context.account
    design = int(context.invoice.get("invoice_design_id") or CLEAN)
    return Style(
        design_id=design if design in DRAWN_DESIGNS else CLEAN,
        page_size=str(account.get("page_size") or "A4"),
        font_size=int(account.get("font_size") or 9),
        primary_color=color(account.get("primary_color")),
        secondary_color=color(account.get("secondary_color")),
        all_pages_header=bool(account.get("all_pages_header")),
        all_pages_footer=bool(account.get("all_pages_footer")),
    )


def color(value: Any) -> str:
    """A colour as `#rrggbb`; empty for anything else."""
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else ""


def _safe(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain).strip("-.")[:100]
