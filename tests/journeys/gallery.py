"""Puts the pictures that journeys took on one page: `python -m tests.journeys.gallery` says where it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from tests.environment import PROJECT

SCREENSHOTS = PROJECT / "var" / "screenshots"
NAME = re.compile(r"(?P<page>.+)-(?P<look>\d+-(?:light|dark)(?:-without-scripts)?)")
STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem; color-scheme: light dark }
section { border-block-start: 1px solid; padding-block: 1rem }
div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
figure { margin: 0 }
img { max-block-size: 480px; border: 1px solid #8888 }
"""


def by_page(folder: Path) -> Mapping[str, Sequence[tuple[str, Path]]]:
    """The pictures in `folder`: for each page and state, each look and its file."""
    pages = defaultdict(list)
    for file in sorted(folder.glob("*.png")):
        if match := NAME.fullmatch(file.stem):
            pages[match["page"]].append((match["look"], file))
    return pages


def write(folder: Path) -> Path:
    """Write `index.html` beside the pictures; its path."""
    sections = [_section(page, looks) for page, looks in by_page(folder).items()]
    index = folder / "index.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title>'
    index.write_text(
        "\n".join([head, f"<style>{STYLE}</style>", f"<h1>{len(sections)} pages and states</h1>", *sections])
        + "\n"
    )
    return index


def _section(page: str, looks: Sequence[tuple[str, Path]]) -> str:
    figures = [
        f'<figure><figcaption>{look}</figcaption><a href="{file.name}">'
        f'<img loading="lazy" src="{file.name}" alt="{escape(page)}, {look}"></a></figure>'
        for look, file in looks
    ]
    return f"<section><h2>{escape(page)}</h2><div>{''.join(figures)}</div></section>"


if __name__ == "__main__":
    print(write(SCREENSHOTS))
