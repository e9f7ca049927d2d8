from __future__ import annotations

import re

import pytest

from chalicelib.render.labels import TRANSLATED, translations
from chalicelib.render.mail.model import KINDS
from chalicelib.render.mail.templates import default_templates, effective_templates


def test_login_finds_every_text() -> None:
    expected = {f"email_{part}_{kind}" for part in ("subject", "template") for kind in KINDS} | {
        "email_footer"
    }
    for language in TRANSLATED:
        found = default_templates(language)
        assert set(found) == expected
        assert all(found.values())


@pytest.mark.parametrize("language", sorted(TRANSLATED))
def test_translations_keep_their_variables(language: str) -> None:
    own, english = translations("mail", language), translations("mail", "en")
    assert list(own) == list(english)
    for key, text in own.items():
        assert variables(text) == variables(english[key]), key


def variables(text: str) -> list[str]:
    return sorted(re.findall(r"\$[a-z]+|{[a-z]+}", text))


def test_default_body_has_the_shape_of_v4() -> None:
    plain = default_templates("en")["email_template_invoice"]
    assert plain.startswith("<div>$client,</div><br><div>")
    assert plain.endswith("</div><br><div>$viewLink</div><br>$emailSignature")
    assert "$viewButton" in default_templates("en", 2)["email_template_invoice"]


def test_reminders_use_the_invoice_body() -> None:
    found = default_templates("de")
    assert found["email_template_reminder2"] == found["email_template_invoice"]
    assert found["email_subject_reminder2"] != found["email_subject_invoice"]


def test_own_texts_come_out_safe_and_empty_ones_as_defaults() -> None:
    settings = {
        "email_subject_invoice": "<b>New</b> & shiny\r\nX: y",
        "email_template_invoice": "<p onclick='x'>Hi\n$client</p><script>x</script>",
        "email_subject_quote": "",
        "email_template_quote": None,
    }
    found = effective_templates("en", {"email_footer": "Bye,\nJane & <3"}, settings)
    assert found["email_subject_invoice"] == "New & shiny X: y"
    assert found["email_template_invoice"] == "<p>Hi $client</p>"
    assert found["email_footer"] == "Bye,<br>Jane &amp; &lt;3"
    defaults = default_templates("en")
    assert found["email_subject_quote"] == defaults["email_subject_quote"]
    assert found["email_template_quote"] == defaults["email_template_quote"]
