"""Texts in any script: from faces that have the characters, in the right order, readable when copied."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from chalicelib.render.pdf import render
from chalicelib.render.pdf.fallback import face_of, latin
from chalicelib.render.pdf.shaping import runs
from chalicelib.render.pdf.typesetter import Typesetter
from tests.render.pdf.reading import streams, text
from tests.render.pdf.samples import invoice, table

SAMPLES = {
    "latin": "Größe naïve Žižkov Œuvre Iğdır",
    "vietnamese": "Hoá đơn Việt Nam",
    "greek": "Τιμολόγιο",
    "cyrillic": "Счёт Ґанок Қазақ",
    "hebrew": "חשבונית",
    "arabic": "فاتورة",
    "persian": "می‌خواهم",
    "thai": "ใบแจ้งหนี้",
    "lao": "ໃບເກັບເງິນ",
    "devanagari": "चालान क्षेत्र",
    "bengali": "চালান",
    "tamil": "விலைப்பட்டியல்",
    "telugu": "ఇన్వాయిస్",
    "khmer": "វិក្កយបត្រ",
    "myanmar": "ငွေတောင်းခံလွှာ",
    "sinhala": "ඉන්වොයිසිය",
    "georgian": "ინვოისი",
    "armenian": "Հաշիվ",
    "ethiopic": "ደረሰኝ",
    "chinese": "发票 發票，數量",
    "japanese": "請求書「テスト」ひらがな",
    "korean": "송장 견적서",
    "currencies": "€ £ ¥ ₹ ₽ ₺ ₩ ₪ ₫ ₴ ₦ ₱ ₡ ₲ ₵ ₸ ₼ ₾ ₿ ฿ ﷼ ৳ ៛",
    "symbols": "✓ ★ ☎ → ™ № ½ ² ° · …",
    "emoji": "😀🧾",
}


@pytest.mark.parametrize("script", SAMPLES)
@pytest.mark.parametrize("bold", [False, True])
def test_no_glyph_is_missing(script: str, bold: bool) -> None:
    drawn = [glyph for run in runs(SAMPLES[script], bold=bold) for glyph in run.glyphs]
    assert drawn
    assert all(glyph.number != 0 for glyph in drawn)


def test_faces_have_the_characters_they_are_chosen_for() -> None:
    for sample in SAMPLES.values():
        for char in sample:
            if unicodedata.category(char) != "Cf":
                face = face_of(char, bold=False)
                assert face is not None, char
                assert ord(char) in face.glyphs


@pytest.mark.parametrize(
    "script", ["greek", "cyrillic", "thai", "chinese", "japanese", "korean", "emoji", "georgian"]
)
def test_copied_text_is_the_text_that_was_set(script: str) -> None:
    assert SAMPLES[script].split()[0] in text(render(invoice(0, tables=(table(SAMPLES[script]),))))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_poppler_reads_all_scripts(tmp_path: Path) -> None:
    file = tmp_path / "scripts.pdf"
    file.write_bytes(render(invoice(0, tables=(table(*SAMPLES.values()),))))
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True)
    assert not done.stderr
    for script in ("latin", "greek", "cyrillic", "hebrew", "chinese", "korean"):
        assert SAMPLES[script].split()[0] in done.stdout


def test_mixed_scripts_share_a_line() -> None:
    mixed = "Abc Ωμέγα Жук שלום سلام ไทย हिन्दी 中文 한글 かな"
    placed = runs(mixed, bold=False)
    assert len({run.face for run in placed}) >= 8
    assert all(glyph.number for run in placed for glyph in run.glyphs)


def seen(line: str) -> str:
    """The characters from left to right."""
    return "".join(glyph.text for run in runs(line, bold=False) for glyph in run.glyphs)


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("שלום", "םולש"),
        ("abc שלום def", "abc םולש def"),
        ("סכום 1,250.00 €", "€ 1,250.00 םוכס"),
        ("חשבונית (45) שולמה", "המלוש (45) תינובשח"),
        ("סכום ABC שלום", "םולש ABC םוכס"),
        ("€ 12.50", "€ 12.50"),
        ("-12.50", "-12.50"),
    ],
)
def test_direction(logical: str, visual: str) -> None:
    mirrored = visual.translate(str.maketrans("()", ")(")) if "ש" in logical else visual
    assert seen(logical).replace(" ", "") in {visual.replace(" ", ""), mirrored.replace(" ", "")}


def test_override_controls_cannot_disguise_an_amount() -> None:
    assert seen("\u202e00.999\u202c") == "00.999"
    assert seen("\u2067100\u2069") == "100"


@pytest.mark.parametrize(
    "control", ["\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\ufeff", "\u202e", "\ud800"]
)
def test_invisible_characters_alone_are_harmless(control: str) -> None:
    assert "Invoice" in text(render(invoice(0, notes=control, tables=(table(control),))))


def test_arabic_letters_join() -> None:
    alone = {glyph.number for letter in "عربي" for run in runs(letter, bold=False) for glyph in run.glyphs}
    joined = {glyph.number for run in runs("عربي", bold=False) for glyph in run.glyphs}
    assert len(joined - alone) >= 3


def test_devanagari_conjuncts_and_vowels_are_shaped() -> None:
    word = "क्षि"
    drawn = [glyph for run in runs(word, bold=False) for glyph in run.glyphs]
    assert len(drawn) < len(word)


def test_unknown_characters_show_a_box() -> None:
    (run,) = runs("\U00012345", bold=False)
    assert run.face is latin(bold=False)
    assert [glyph.number for glyph in run.glyphs] == [0]
    assert run.glyphs[0].advance > 0


def test_documents_in_right_to_left_languages_are_mirrored() -> None:
    def left_end_of_title(language: str) -> float:
        (stream,) = streams(render(invoice(1, language=language)))
        return float(stream.split(b"18 0 0 18 ", 1)[1].split()[0])

    assert left_end_of_title("en") < 300 < left_end_of_title("ar")


class TestWrapping:
    SIZE = 10.0

    def widths(self, source: str, width: float) -> list[float]:
        return [line.width * self.SIZE / 1000 for line in Typesetter().wrap(source, width, self.SIZE)]

    @pytest.mark.parametrize("script", SAMPLES)
    def test_no_line_is_wider_than_the_column(self, script: str) -> None:
        assert max(self.widths(f"{SAMPLES[script]} " * 10, 60)) <= 60

    def test_words_stay_whole_where_they_fit(self) -> None:
        typesetter = Typesetter()
        lines = typesetter.wrap("alpha beta gamma", 40, self.SIZE)
        assert lines == [typesetter.line(word) for word in ("alpha", "beta", "gamma")]

    def test_chinese_breaks_between_characters_but_not_before_a_comma(self) -> None:
        typesetter = Typesetter()
        lines = typesetter.wrap("数量，数量，数量，", 31, self.SIZE)
        assert typesetter.line("量，") in lines or typesetter.line("数量，") in lines
        assert typesetter.line("，数量") not in lines

    def test_addresses_break_at_their_joints(self) -> None:
        typesetter = Typesetter()
        lines = typesetter.wrap("accounts@nordlys.example", 100, self.SIZE)
        assert lines == [typesetter.line("accounts@nordlys"), typesetter.line(".example")]

    def test_blank_lines_are_kept(self) -> None:
        assert len(self.widths("a\n\nb\r\nc", 50)) == 4
