from __future__ import annotations

import pytest

from chalicelib.render.labels import TRANSLATED, labels, translations

ENGLISH = labels("en")


def test_english_is_complete() -> None:
    samples = {
        "unit_cost": "Unit Cost",
        "line_total": "Line Total",
        "po_number": "PO Number",
        "id_number": "ID Number",
        "vat_number": "VAT Number",
        "invoice_no": "Invoice No.",
        "partial_due": "Partial Due",
        "valid_until": "Valid Until",
        "your_statement": "Your Statement",
    }
    assert {key: ENGLISH[key] for key in samples} == samples


@pytest.mark.parametrize("language", sorted(TRANSLATED))
def test_translations_have_the_same_keys(language: str) -> None:
    texts = labels(language)
    assert set(texts) == set(ENGLISH)
    assert all(text.strip() == text and text for text in texts.values())
    assert "{page}" in texts["page"]
    assert "{pages}" in texts["page"]


@pytest.mark.parametrize(
    ("language", "invoice"),
    [("de", "Rechnung"), ("fr_CA", "Facture"), ("es_ES", "Factura"), ("pt_BR", "Fatura"), ("ja", "Invoice")],
)
def test_regions_share_a_language_and_others_speak_english(language: str, invoice: str) -> None:
    assert labels(language)["invoice"] == invoice


def test_account_wording_comes_first() -> None:
    own = labels("de", '{"item": "Ware", "terms": "", "quantity": 5}')
    assert own["item"] == "Ware"
    assert own["terms"] == "Bedingungen"
    assert own["quantity"] == "Menge"
    assert labels("de")["item"] == "Artikel"


@pytest.mark.parametrize("broken", ["", "{", "[1]", "null", "7", '"x"'])
def test_broken_wording_is_ignored(broken: str) -> None:
    assert labels("en", broken) == ENGLISH


def test_shipped_texts_are_not_shared_with_overrides() -> None:
    labels("en", '{"item": "Changed"}')
    assert translations("labels", "en")["item"] == "Item"
