"""Reads the pages of docs/policy/: every fenced block with what the comment before it says it is.

`<!-- file: NAME -->`: a whole document (or facts in JSON), kept under that name; its examples must pass.
`<!-- frame: NAME -->`: a head and facts that fragments are put into; alone it decides nothing.
`<!-- in: NAME -->`: a fragment put into that frame; the rows of its table of facts go into the table there.
`<!-- in: NAME; FILE -->`: the same, and the whole is kept under that name for the commands.
`<!-- wrong: NAME; OLD -> NEW -->`: the block is what is printed when OLD is written as NEW in that file.
`<!-- run -->`: commands after `$`, each with what it prints, run in a folder of all files of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "policy"
COMMENT = re.compile(
    r"^<!-- (?P<what>file|frame|in|wrong|run)(?:: (?P<name>[^;]+?))?(?:; (?P<change>.+))? -->$"
)
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\w*)$")
ROW = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `what` and `name` are those of the comment before it, "" where there is none."""

    language: str
    text: str
    line: int
    what: str = ""
    name: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its fenced blocks, and its text without them."""

    blocks: tuple[Block, ...]
    prose: str

    def of(self, *what: str) -> list[Block]:
        """The blocks whose comment says one of these."""
        return [block for block in self.blocks if block.what in what]

    def named(self, name: str) -> str:
        """The text of a file or a frame. Raises StopIteration where the page has none of that name."""
        return next(block.text for block in self.of("file", "frame") if block.name == name)


def page(name: str) -> Page:
    """Return a page of docs/policy/ read."""
    return read((PAGES / name).read_text(encoding="utf-8"))


def read(text: str) -> Page:
    """Return a text read into its fenced blocks and the prose between them."""
    blocks: list[Block] = []
    prose: list[str] = []
    before = ""
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        fence = FENCE.match(line)
        if not fence:
            prose.append(line)
            before = line or before
            continue
        inside = list(_until(fence["ticks"], lines))
        said = COMMENT.match(before)
        parts = (
            {key: (value or "").replace("\\n", "\n") for key, value in said.groupdict().items()}
            if said
            else {}
        )
        blocks.append(Block(fence["language"], "".join(f"{each}\n" for each in inside), number, **parts))
        before = ""
    return Page(tuple(blocks), "\n".join(prose))


def _until(ticks: str, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line == ticks:
            return
        yield line


def put_into(frame: str, fragment: str) -> str:
    """Return the frame with the fragment after it; facts the fragment tells of go into the frame's table."""
    kept: list[str] = []
    rows: list[dict[str, str]] = []
    headings: list[str] = []
    for line in fragment.splitlines():
        cells = _cells(line)
        if cells[:1] == ["Fact"]:
            headings = cells
        elif headings and cells:
            rows.append(dict(zip(headings, cells, strict=True)))
        else:
            headings = []
            kept.append(line)
    told = [row for row in rows if not row["Fact"].startswith("---")]
    return "\n".join((*_with_rows(frame.splitlines(), told), "", *kept)) + "\n"


def _with_rows(lines: list[str], rows: list[dict[str, str]]) -> Iterator[str]:
    headings: list[str] = []
    for line in lines:
        yield line
        cells = _cells(line)
        if cells[:1] == ["Fact"]:
            headings = cells
        elif headings and cells and cells[0].startswith("---"):
            for row in rows:
                assert set(row) <= set(headings), f"the frame has no column for {set(row) - set(headings)}"
                yield "| " + " | ".join(row.get(heading, "") for heading in headings) + " |"
            headings = []


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in ROW.split(line)[1:-1]] if line.startswith("|") else []
