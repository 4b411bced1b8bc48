"""The name of a file is what a person reads, never a path, and hides nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from makegood.refund_requests.evidence.cleaning import clean_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("error.png", "error.png"),
        ("Знімок екрана 1.png", "Знімок екрана 1.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\Olena\\error.png", "error.png"),
        ("/error.png", "error.png"),
        ("error.png\0.html", "error.png.html"),
        ("\u200b.htaccess", "htaccess"),
        ("gnp\u202egnp.exe", "gnpgnp.exe"),
        ("er\u2066ror\u2069.png", "error.png"),
        ("a\r\nContent-Type: text\r\n.png", "aContent-Type: text.png"),
        ("  error.png . ", "error.png"),
        ("...", "picture"),
        ("..", "picture"),
        ("", "picture"),
        ("\u200b\u200d", "picture"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_a_name_is_cleaned(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_name_of_300_characters_keeps_its_ending() -> None:
    kept = clean_name("a" * 300 + ".png")
    assert (len(kept), kept[-4:]) == (120, ".png")


@given(st.text(max_size=400))
def test_whatever_is_sent_the_name_is_short_visible_and_no_path(sent: str) -> None:
    kept = clean_name(sent)
    assert 1 <= len(kept) <= 120
    assert not set(kept) & set("/\\\0\r\n")
    assert kept not in (".", "..")
    assert not any(unicodedata.category(character)[0] == "C" for character in kept)


@given(st.text(max_size=400))
@example("a" * 5 + " " + "b" * 119)
def test_cleaning_a_clean_name_changes_nothing(sent: str) -> None:
    assert clean_name(clean_name(sent)) == clean_name(sent)
