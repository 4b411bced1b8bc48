"""Text of people, ready for paper: no character that is not to be seen, and from which side it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
JOINERS = "\u200c\u200d"
"""They shape letters of Persian, Hindi and families of emoji; other format characters can only deceive."""
RIGHT_TO_LEFT = frozenset({"R", "AL"})


def plain(text: str) -> str:
    """`text` on one line: any white space is a space, control and direction characters are gone."""
    return " ".join(_visible(text).split())


def paragraphs_of(text: str) -> list[str]:
    """Its paragraphs, parted by empty lines; none for an empty text."""
    even = text.replace("\r\n", "\n").replace("\r", "\n")
    return [paragraph for paragraph in re.split(r"\n\s*\n", even) if paragraph.strip()]


def lines_of(paragraph: str) -> Mapping[str, object]:
    """The lines of a paragraph, and whether it is read from the right (its first letter decides)."""
    return {
        "lines": [_visible(line).strip() for line in paragraph.strip().split("\n")],
        "from_the_right": is_read_from_the_right(paragraph),
    }


def is_read_from_the_right(text: str) -> bool:
    """Whether the first letter with a direction is of a script that is read from the right."""
    strong = (unicodedata.bidirectional(character) for character in text)
    first = next((direction for direction in strong if direction in RIGHT_TO_LEFT | {"L"}), "L")
    return first in RIGHT_TO_LEFT


def _visible(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))


def _is_visible(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character) not in INVISIBLE
