"""Sections: a heading of a document and what stands under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from makegood.policy.documents.reading import Block, Heading, Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level."""

    heading: Heading
    blocks: tuple[Block, ...]

    def tables(self) -> list[Table]:
        """The tables of the section."""
        return [block for block in self.blocks if isinstance(block, Table)]


def sections_of(blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Return the sections of a document; what stands before the first heading is in none."""
    begun: list[tuple[Heading, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading):
            begun.append((block, []))
        elif begun:
            begun[-1][1].append(block)
    return tuple(Section(heading, tuple(under)) for heading, under in begun)
