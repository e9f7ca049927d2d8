from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render.mail.markup import linked, plain, sanitized


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("a<br>b", "a\nb"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<p>a\n   b</p>", "a b"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('<a href="https://x.test">Pay</a>', "Pay: https://x.test"),
        ('<a href="https://x.test">https://x.test</a>', "https://x.test"),
        ('<a href="mailto:a@x.test">a@x.test</a>', "a@x.test"),
        (
            '<a href="https://x.test">P</a><br><a href="https://x.test">https://x.test</a>',
            "P: https://x.test",
        ),
        (
            '<a href="https://x.test">P</a> or <a href="https://x.test">https://x.test</a>',
            "P: https://x.test or https://x.test",
        ),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<a>label</a>", "label"),
        ("<a href='https://x.test'>open", "open: https://x.test"),
    ],
)
def test_plain(fragment: str, expected: str) -> None:
    assert plain(fragment) == expected


def test_bare_addresses_become_links() -> None:
    assert linked("see https://x.test/a, ok") == 'see <a href="https://x.test/a">https://x.test/a</a>, ok'
    assert linked("https://x.test/?a=1&amp;b=2") == (
        '<a href="https://x.test/?a=1&amp;b=2">https://x.test/?a=1&amp;b=2</a>'
    )


@pytest.mark.parametrize(
    "fragment", ['<a href="https://x.test">https://x.test</a>', '<img src="https://x.test/a.png">', "no link"]
)
def test_what_is_a_link_already_stays(fragment: str) -> None:
    assert linked(fragment) == fragment


def test_long_labels_are_cut() -> None:
    url = "https://x.test/" + "a" * 200
    assert f">{url[:99]}…</a>" in linked(url)
    assert plain(linked(url)) == url


def test_blocks_inside_other_tags_named_like_links_do_not_count() -> None:
    assert "<a href" in linked("<abbr>https://x.test</abbr>")


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (
            '<div style="text-align:center; position:absolute">x</div>',
            '<div style="text-align:center">x</div>',
        ),
        ('<p style="word-break:break-all;border-top:0">x</p>',) * 2,
        ('<a href="javascript:x">y</a>', '<a rel="noopener noreferrer">y</a>'),
        ('<a href="\u2028javascript:x">y</a>', '<a rel="noopener noreferrer">y</a>'),
        ('<img src="data:image/png;base64,AA" alt="z">', '<img alt="z">'),
        ("<script>x</script>y", "y"),
        ("<svg onload=x>y</svg>", "y"),
    ],
)
def test_sanitized(fragment: str, expected: str) -> None:
    assert sanitized(fragment) == expected


@given(st.text(st.characters(), max_size=200))
def test_sanitising_twice_changes_nothing(fragment: str) -> None:
    assert sanitized(sanitized(fragment)) == sanitized(fragment)
