"""Reads Markdown into blocks (headings, paragraphs, lists, tables) that know where each code stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from makegood.policy.errors import Span
from makegood.policy.limits import LONGEST_PARAGRAPH

NUMBERED = re.compile(r"([A-Z]{0,4}\d+)\.\s+")
COMMENT = re.compile(r"^\[//\]: #.*$", re.MULTILINE)
ANCHORED = re.compile(r"\{#([a-z][a-z0-9-]*)\}$")


def markdown() -> MarkdownIt:
    """Return the one Markdown reader of policies: CommonMark with tables; HTML in the text stays text.

    Links say where they lead in their place: one address named by many links would be held once for each.
    A line that begins with `[//]: #` is a comment.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("reference")
    reader.core.ruler.before("block", "comments", _without_comments)
    return reader


def _without_comments(state: StateCore) -> None:
    state.src = COMMENT.sub("", state.src)


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of `code` in the text; the span covers it without its back quotes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text. `text` shows each code as ␤n␤ (n counts from 0), so that sentences can be matched."""

    text: str
    codes: tuple[Code, ...]
    span: Span

    @property
    def plain(self) -> str:
        """The words without any code, spaces closed up."""
        return re.sub(r"\s+", " ", MARK.sub("", self.text)).strip()

    @property
    def spoken(self) -> str:
        """The words with each code put back as it is written."""
        return MARK.sub(lambda found: self.codes[int(found[1])].text, self.text).strip()


class TooLong(Exception):
    """A paragraph has more than LONGEST_PARAGRAPH characters; `line` (from 0) is where it begins."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


MARK = re.compile("\u2424(\\d+)\u2424")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; number and anchor are None where it has none."""

    level: int
    title: str
    number: str | None
    anchor: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, one Prose for each item."""

    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its header cells and its rows of cells."""

    header: tuple[Prose, ...]
    rows: tuple[tuple[Prose, ...], ...]


Block = Heading | Prose | Listed | Table


@dataclass(slots=True)
class _Finder:
    """Finds the place of each inline text in the source, going forward line by line."""

    lines: list[str]
    at: dict[int, int] = field(default_factory=dict)

    def find(self, text: str, first: int, last: int) -> Span:
        """Return the place of `text` in lines first..last (from 0), else where `first` begins."""
        for number in range(first, min(last, len(self.lines))):
            start = self.lines[number].find(text, self.at.get(number, 0)) if text else -1
            if start >= 0:
                self.at[number] = start + len(text)
                return Span(number + 1, start + 1, len(text))
        return Span(first + 1, self.at.get(first, 0) + 1, 1)


def read_blocks(text: str, first_line: int = 0) -> tuple[Block, ...]:
    """Return the blocks of `text` after line `first_line` (from 0: where the head ends).

    Raises TooLong.
    """
    lines = text.splitlines()
    body = "\n".join([""] * first_line + lines[first_line:])
    reader = markdown()
    reader.core.ruler.before("inline", "bounded", _bounded)
    return tuple(_blocks(iter(reader.parse(body)), _Finder(lines)))


def _bounded(state: StateCore) -> None:
    """Refuse what would take the reader of bold, links and codes a time that grows with its square."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > LONGEST_PARAGRAPH:
            raise TooLong(token.map[0] if token.map else 0)


def _blocks(tokens: Iterator[Token], finder: _Finder) -> Iterator[Block]:
    for token in tokens:
        if token.type == "heading_open":
            yield _heading(int(token.tag[1:]), next(tokens), finder)
        elif token.type == "inline":
            yield _prose(token, finder)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield Listed(tuple(_items(tokens, token, finder)))
        elif token.type == "table_open":
            yield _table(tokens, finder)


def heading_parts(words: str) -> tuple[str | None, str, str | None]:
    """Return number, title and anchor of "2. Title {#anchor}"; None where there is no number, no anchor."""
    number, anchor = NUMBERED.match(words), ANCHORED.search(words)
    title = words[number.end() if number else 0 : anchor.start() if anchor else len(words)].rstrip()
    return number and number[1], title, anchor and anchor[1]


def _heading(level: int, inline: Token, finder: _Finder) -> Heading:
    prose = _prose(inline, finder)
    number, title, anchor = heading_parts(prose.spoken)
    return Heading(level, title, number, anchor, prose.span)


def _items(tokens: Iterator[Token], opening: Token, finder: _Finder) -> Iterator[Prose]:
    close = opening.type.replace("open", "close")
    for token in tokens:
        if token.type == close and token.level == opening.level:
            return
        if token.type == "inline":
            yield _prose(token, finder)


def _table(tokens: Iterator[Token], finder: _Finder) -> Table:
    rows: list[list[Prose]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_prose(token, finder))
    return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))


def _prose(inline: Token, finder: _Finder) -> Prose:
    first, last = inline.map or [0, 1]
    begins = finder.find(inline.content.split("\n")[0], first, last)
    finder.at[begins.line - 1] = begins.column - 1
    words: list[str] = []
    codes: list[Code] = []
    for child in inline.children or []:
        if child.type == "code_inline":
            quoted = finder.find(f"`{child.content}`", first, last)
            words.append(f"\u2424{len(codes)}\u2424")
            codes.append(Code(child.content, quoted.part(1, len(child.content))))
        else:
            told = "\n" if child.type in ("softbreak", "hardbreak") else child.content
            words.append(told.replace("\u2424", "\ufffd"))  # or a document could name codes it has not
    if begins.length == len(inline.content):
        finder.at[begins.line - 1] = max(finder.at.get(begins.line - 1, 0), begins.column - 1 + begins.length)
    joined = re.sub(r"[ \n]+", " ", "".join(words)).strip()
    return Prose(joined, tuple(codes), begins)
