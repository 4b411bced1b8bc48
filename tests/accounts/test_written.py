"""What people wrote: lines kept, addresses links that vouch for nothing, everything else text."""

from __future__ import annotations

from time import perf_counter

import pytest

from makegood.accounts.templatetags.written import written

REL = 'rel="noopener nofollow ugc"'


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.com/a?b=1&c=2.", "https://example.com/a?b=1&c=2"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("“http://example.com”", "http://example.com"),
        ("https://пошта.укр/лист, please", "https://пошта.укр/лист"),
        ("https://example.com/a\u202egpj.exe", "https://example.com/a"),
    ],
)
def test_an_address_is_a_link(text: str, address: str) -> None:
    shown = address.replace("&", "&amp;")
    assert f'<a href="{shown}" {REL} dir="ltr">{shown}</a>' in written(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.com/",
        "www.example.com and mail@example.com",
        "https://bank.example@evil.example/",
        "https://[::1",
        "https://",
        "xhttps://example.com",
        "https://example.com/" + "a" * 3000,
    ],
)
def test_what_is_no_plain_address_stays_text(text: str) -> None:
    assert "<a" not in written(text)


def test_markup_is_text() -> None:
    shown = written('<b>x</b> https://example.com/"><script>alert(1)</script> {{ user }}')
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<script" not in shown
    assert f'<a href="https://example.com/" {REL}' in shown


def test_lines_and_paragraphs_are_kept() -> None:
    assert written("One\nTwo\n\nThree") == '<p dir="auto">One<br>Two</p>\n\n<p dir="auto">Three</p>'


@pytest.mark.parametrize(
    "text", ["https://a" + ")" * 19_000, "https://" * 2_400, "https://a.b/" + "(" * 19_000]
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    begun = perf_counter()
    written(text)
    assert perf_counter() - begun < 0.5
