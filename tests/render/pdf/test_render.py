"""What a reader finds in a drawn document, on which page, and that any input gives one."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.render.document import Align, Amount, Column, Document, Style, Table
from chalicelib.render.pdf import VERSION, paper, render
from tests.render.pdf.reading import opened, pages, streams, text
from tests.render.pdf.samples import COLUMNS, invoice, logo, table

PAPERS = [
    *(
        f"{series}{fold}"
        for series, last in (("A", 10), ("B", 10), ("C", 10), ("RA", 4), ("SRA", 4))
        for fold in range(last + 1)
    ),
    *("Executive", "Folio", "Legal", "Letter", "Tabloid"),
]
HEADER = "Item Description Unit Cost Quantity Tax Line Total"


def test_everything_stands_on_one_page() -> None:
    (page,) = pages(render(invoice(3)))
    for expected in (
        "Brightwater Studio Ltd",
        "Bristol, BS1 4QA",
        "Invoice Number 2024-0042",
        "Nordlys & Söhne GmbH",
        HEADER,
        "SKU-0003",
        "Subtotal €10,400.00",
        "Balance Due €12,480.00",
        "Thank you for your business.",
        "Terms\nPayment within 30 days",
        "IBAN GB29",
    ):
        assert expected in page
    assert "Page 1" not in page


def test_header_repeats_and_no_line_is_lost_over_many_pages() -> None:
    found = pages(render(invoice(200)))
    assert len(found) > 8
    assert all(page.count(HEADER) == 1 for page in found)
    whole = "\n".join(found)
    assert [whole.count(f"SKU-{number:04d} ") for number in range(1, 201)] == [1] * 200
    assert all(f"Page {number} of {len(found)}" in page for number, page in enumerate(found, start=1))


@pytest.mark.parametrize("lines", range(8, 30))
def test_totals_stay_together_with_the_last_line(lines: int) -> None:
    last = pages(render(invoice(lines)))[-1]
    assert f"SKU-{lines:04d}" in last
    assert "Subtotal €10,400.00\nVAT 20% €2,080.00\nBalance Due €12,480.00" in last


@pytest.mark.parametrize(("everywhere", "expected"), [(False, 1), (True, 4)])
def test_footer_stands_on_the_last_or_on_all_pages(everywhere: bool, expected: int) -> None:
    found = pages(render(invoice(60, style=Style(all_pages_footer=everywhere))))
    assert len(found) == 4
    assert sum("IBAN GB29" in page for page in found) == expected
    assert "IBAN GB29" in found[-1]


def test_head_repeats_when_wanted() -> None:
    found = pages(render(invoice(60, style=Style(all_pages_header=True))))
    assert all("Brightwater Studio Ltd" in page and HEADER in page for page in found)


def test_row_taller_than_a_page_continues_on_the_next() -> None:
    words = [f"word{number}" for number in range(3000)]
    found = pages(render(invoice(0, tables=(table("before", " ".join(words), "after"),))))
    assert len(found) > 3
    assert "".join("".join(found).split()).count("word") == len(words)
    assert "after" in found[-1]
    assert "before" in found[0]


@pytest.mark.parametrize("field", ["notes", "terms", "footer", "title"])
def test_long_text_is_never_cut(field: str) -> None:
    words = " ".join(f"w{number}x" for number in range(4000))
    changes: dict[str, Any] = {field: words}
    found = text(render(dataclasses.replace(invoice(2), **changes)))
    assert all(f"w{number}x" in found for number in range(4000))
    assert "Balance Due €12,480.00" in found


def test_long_parties_push_the_lines_to_further_pages() -> None:
    found = pages(render(invoice(2, company=tuple(f"line {number}." for number in range(150)))))
    assert "line 149." in "\n".join(found)
    assert "SKU-0002" in found[-1]


def test_unbroken_text_wraps_inside_its_column() -> None:
    found = text(render(invoice(0, tables=(table("A" * 400 + "Z"),))))
    lines = [line for line in found.splitlines() if "AAAA" in line]
    assert len(lines) > 5
    assert "".join(found.split()).count("A" * 10) >= 30


def test_several_tables_keep_their_own_headers() -> None:
    tasks = Table((Column("service", "Service", 14), Column("description", "Work")), (("Design", "Logo"),))
    found = text(render(invoice(2, tables=(*invoice(2).tables, tasks))))
    assert (
        found.index("SKU-0002")
        < found.index("Service Work")
        < found.index("Design")
        < found.index("Subtotal")
    )


def test_invoice_without_lines_shows_the_header() -> None:
    assert HEADER in text(render(invoice(0)))


def test_markup_of_descriptions_and_notes_is_not_printed() -> None:
    found = text(render(invoice(0, tables=(table("**Now** or 2 * 3 * 4"),), notes="# Thanks\nbe *well*")))
    assert "Now or 2 * 3 * 4" in found
    assert "Thanks\nbe well" in found


def test_same_document_gives_same_bytes_in_every_process() -> None:
    script = (
        "import hashlib; from chalicelib.render.pdf import render; from tests.render.pdf.samples import *;"
        "print(hashlib.sha256(render(invoice(3, notes='中文 ไทย العربية'))).hexdigest())"
    )
    fresh = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    render(invoice(1, notes="中 other เ"))
    here = hashlib.sha256(render(invoice(3, notes="中文 ไทย العربية"))).hexdigest()
    assert fresh.stdout.strip() == here


def test_drawing_did_not_change_without_its_version() -> None:
    """On failure: look at the pages, raise `VERSION`, then put the new pair here."""
    drawn = hashlib.sha256()
    for style in (Style(), Style(design_id=4)):
        for page in streams(render(invoice(40, style=style))):
            drawn.update(page)
    assert (VERSION, drawn.hexdigest()[:12]) == ("1", "df648110309a")


@pytest.mark.parametrize("name", PAPERS)
def test_every_page_size_is_drawn_in_its_size(name: str) -> None:
    page = opened(render(invoice(2, style=Style(page_size=name)))).pages[0]
    width, height = paper.size(name)
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
        (width, height), abs=0.01
    )
    assert "Invoice" in page.extract_text()


@pytest.mark.parametrize(
    ("name", "millimetres"),
    [
        ("A4", (210, 297)),
        ("A10", (26, 37)),
        ("B5", (176, 250)),
        ("C6", (114, 162)),
        ("RA2", (430, 610)),
        ("SRA3", (320, 450)),
        ("Letter", (215.9, 279.4)),
        ("letter", (215.9, 279.4)),
        ("Q7", (210, 297)),
        ("", (210, 297)),
    ],
)
def test_paper_measures(name: str, millimetres: tuple[float, float]) -> None:
    assert paper.size(name) == pytest.approx([side * 72 / 25.4 for side in millimetres])


def test_thousand_lines() -> None:
    found = text(render(invoice(1000)))
    assert found.count("SKU-") == 1000


def test_colours_are_those_of_the_account_or_of_the_design() -> None:
    (chosen,) = streams(render(invoice(1, style=Style(primary_color="#ff0000"))))
    (default,) = streams(render(invoice(1, style=Style(primary_color="red; 1 0 0 rg"))))
    assert b"\n1 0 0 rg" in chosen
    assert b"\n1 0 0 rg" not in default
    assert b"0.216 0.639 0.776 rg" in default


def test_designs_differ_by_data_and_unknown_ids_draw_clean() -> None:
    clean, plain, unknown = (render(invoice(2, style=Style(design_id=number))) for number in (1, 4, 77))
    assert unknown == clean
    assert plain != clean
    assert "Balance Due €12,480.00" in text(plain)


def test_text_is_data() -> None:
    """Operators, strings and dictionaries in a text are drawn, never obeyed."""
    attack = (
        r") Tj ET Q /Im1 Do BT (\) << /JS (app.alert(1)) /URI (http://evil.example) >> \( endstream endobj"
    )
    pdf = render(invoice(1, notes=attack, title=attack, language=attack, footer=attack))
    found = opened(pdf)
    assert "app.alert(1)" in found.pages[0].extract_text()
    catalog = found.root_object
    assert set(catalog) <= {"/Type", "/Pages", "/Lang", "/OpenAction", "/PageLayout"}
    assert str(catalog["/Lang"]) == "en"
    assert all("/Annots" not in page for page in found.pages)
    for page in streams(pdf):
        assert page.count(b" Do Q") == 1


@pytest.mark.parametrize(
    "picture",
    [
        logo("PNG"),
        logo("JPEG", mode="RGB"),
        logo("JPEG", mode="L"),
        logo("GIF", mode="P"),
        logo("PNG", (3000, 10)),
        logo("JPEG", (2400, 2400), "RGB"),
        logo("JPEG", mode="CMYK"),
    ],
)
def test_logo_is_drawn_within_its_box(picture: bytes) -> None:
    page = opened(render(invoice(1, logo=picture))).pages[0]
    (image,) = page.images
    assert max(image.image.size if image.image else (0, 0)) <= 1000
    (stream,) = streams(render(invoice(1, logo=picture)))
    width, _, _, height = map(float, stream.split(b" cm /I1 Do")[0].rsplit(b"q ", 1)[1].split()[:4])
    assert 0 < width <= 120.01
    assert 0 < height <= 80.01


@pytest.mark.parametrize("first", [logo("PNG"), None])
def test_attached_pictures_stand_three_a_row_below(first: bytes | None) -> None:
    pictures = tuple(logo("PNG", (200 + 10 * number, 100), "RGB") for number in range(4))
    pdf = render(invoice(1, logo=first, pictures=(*pictures, b"no picture")))
    page = opened(pdf).pages[0]
    assert len(page.images) == 4 + (first is not None)
    (stream,) = streams(pdf)
    found = [part.rsplit(b"q ", 1)[1].split() for part in stream.split(b" Do Q")[:-1]]
    places = [tuple(map(float, row[:6])) for row in found][first is not None :]
    assert len({round(place[5] + place[3]) for place in places[:3]}) == 1, "tops are level"
    assert places[3][5] + places[3][3] < places[0][5]
    assert all(width <= 150.01 and height <= 150.01 for width, _, _, height, _, _ in places)
    assert places[0][4] < places[1][4] < places[2][4]


def test_many_pictures_go_over_to_further_pages() -> None:
    tall = tuple(logo("PNG", (10, 150 + number), "RGB") for number in range(18))
    pages = opened(render(invoice(1, pictures=tall))).pages
    assert len(pages) == 2
    assert "Brightwater Studio Ltd" in pages[0].extract_text()


@pytest.mark.parametrize(
    "bad",
    [
        b"<svg onload='x'/>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\nbroken",
        logo()[:200],
        b"II*\x00" + bytes(50),
        b"x" * 11_000_000,
        logo("BMP", mode="RGB"),
    ],
)
def test_undrawable_logo_is_left_out(bad: bytes) -> None:
    found = opened(render(invoice(1, logo=bad)))
    assert not found.pages[0].images
    assert "Brightwater Studio Ltd" in found.pages[0].extract_text()


def test_huge_picture_is_refused_before_it_is_decoded() -> None:
    assert not opened(render(invoice(1, logo=logo("PNG", (30_000, 2_000), "L")))).pages[0].images


alignments: st.SearchStrategy[Align] = st.sampled_from(["left", "right"])
anything = st.text(st.characters(), max_size=60)
ODD = "a (\\)\n\r\t\x0e\x0f*# 1-\u202e\u2067\u200d\u0301\u05d0\u0627\u0e01\u4e2d\ud800\U0001f600\u00ad"
odd = st.text(st.sampled_from(ODD), max_size=40)
texts = anything | odd


@st.composite
def documents(draw: st.DrawFn) -> Document:
    columns = tuple(
        Column(draw(texts), draw(texts), share, align)
        for share, align in draw(
            st.lists(st.tuples(st.sampled_from([0, 14, 15, 90]), alignments), max_size=7)
        )
    )
    rows = tuple(tuple(draw(texts) for _ in columns) for _ in range(draw(st.integers(0, 3))))
    lines = st.lists(texts, max_size=3).map(tuple)
    return Document(
        title=draw(texts),
        company=draw(lines),
        address=draw(lines),
        client=draw(lines),
        details=draw(st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
        tables=(Table(columns, rows),),
        totals=draw(st.lists(st.builds(Amount, texts, texts, st.booleans()), max_size=3).map(tuple)),
        notes=draw(texts),
        terms_label=draw(texts),
        terms=draw(texts),
        footer=draw(texts),
        page_label=draw(texts),
        language=draw(st.sampled_from(["en", "ar", "he", "", "\u202e"])),
        logo=draw(st.none() | st.binary(max_size=20)),
        style=Style(
            design_id=draw(st.sampled_from([1, 4, 99])),
            page_size=draw(st.sampled_from(["A4", "A10", "Letter", "A0", "?"])),
            font_size=draw(st.sampled_from([-3, 9, 500])),
            primary_color=draw(st.sampled_from(["", "#123456", "#12345", "#zzzzzz"])),
            all_pages_header=draw(st.booleans()),
            all_pages_footer=draw(st.booleans()),
        ),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_document_is_drawn(document: Document) -> None:
    assert opened(render(document)).pages


def test_columns_widen_for_their_figures() -> None:
    """A figure is never broken: it could be misread."""
    amount = "€1,234,567,890.00"
    rows = tuple(("A", "Work", amount, "1", "20%", amount) for _ in range(2))
    assert text(render(invoice(0, tables=(Table(COLUMNS, rows),)))).count(amount) == 4
