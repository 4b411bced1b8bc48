"""The policy document: one Markdown file read into grounds, facts, terms, clauses and examples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from makegood.policy.documents.clauses import Clause, read_clause
from makegood.policy.documents.examples import Example, ExampleResult, read_examples, run_example
from makegood.policy.documents.front_matter import FrontMatter, read_front_matter
from makegood.policy.documents.numbers_in_prose import check_numbers
from makegood.policy.documents.reading import Block, Heading, Table, read_blocks
from makegood.policy.documents.tables import (
    Term,
    is_lookup,
    read_columns,
    read_facts,
    read_grounds,
    read_terms,
)
from makegood.policy.errors import PolicyErrors, Problem, Span
from makegood.policy.facts import STAFF, Fact, Ground, Kind, Source, taken_in
from makegood.policy.rules.compiling import Column, Compiled, Compiler
from makegood.policy.rules.parsing import Rule, Scope

if TYPE_CHECKING:
    from makegood.policy.deciding.answers import Value


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level."""

    heading: Heading
    blocks: tuple[Block, ...]

    def tables(self) -> list[Table]:
        """The tables of the section."""
        return [block for block in self.blocks if isinstance(block, Table)]


@dataclass(frozen=True)
class Policy:
    """A policy that has been read and checked; nothing in it changes any more."""

    source: str
    text: str
    title: str
    front: FrontMatter
    grounds: tuple[Ground, ...]
    facts: Mapping[str, Fact]
    terms: Mapping[str, Term]
    columns: Mapping[str, Column]
    clauses: tuple[Clause, ...]
    examples: tuple[Example, ...]
    sections: tuple[Section, ...]
    compiled: Mapping[Rule, Compiled] = field(repr=False)

    @classmethod
    def parse(cls, text: str, source: str = "policy.md") -> Policy:
        """Return the policy written in `text`. Raises PolicyErrors; `source` names the file."""
        return _read(text, source)

    @property
    def name(self) -> str:
        """The name all versions of this policy share."""
        return self.front.policy

    @property
    def version(self) -> str:
        """The version, as written in the front matter."""
        return self.front.version

    @property
    def in_force_from(self) -> date:
        """The first day, in the policy's zone, of the purchases it governs."""
        return self.front.in_force_from

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose calendar days count."""
        return self.front.zone

    @property
    def sha256(self) -> str:
        """The hash of the document's text (UTF-8), in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def currency_fact(self) -> str | None:
        """The fact that says the currency of a case; None when the policy has none."""
        return next((fact.name for fact in self.facts.values() if fact.kind is Kind.CURRENCY), None)

    def values(self, facts: Mapping[str, object]) -> dict[str, Any]:
        """Return every fact's value, None where unknown. Raises FactError."""
        return taken_in(self.facts, facts, self.zone)

    def term(self, name: str, facts: Mapping[str, object]) -> Value:
        """Return a named term's value, None when unknown. Raises FactError, KeyError for no such term."""
        value: Value = self.compiled[self.terms[name].rule](self.values(facts))
        return value

    def clauses_for(self, ground: str) -> tuple[Clause, ...]:
        """Return the clauses that can apply on this ground. Raises FactError for no such ground."""
        values = self.values({"ground": ground})
        return tuple(clause for clause in self.clauses if self.applies(clause, values) is not False)

    def applies(self, clause: Clause, values: Mapping[str, Any]) -> bool | None:
        """Return whether a clause applies to a case whose values were taken in."""
        if clause.applies is None:
            return True
        found: bool | None = self.compiled[clause.applies](values)
        return found

    def facts_for(self, ground: str) -> tuple[Fact, ...]:
        """Return the facts the clauses of a ground use, also through terms and tables, in document order."""
        used: set[str] = set()
        for clause in self.clauses_for(ground):
            for rule in clause.rules():
                used |= self.facts_under(rule.names)
        return tuple(fact for name, fact in self.facts.items() if name in used)

    def facts_under(self, names: Sequence[str]) -> set[str]:
        """Return the facts these names come down to: themselves, a term's, and what finds a table's row."""
        found: set[str] = set()
        for name in names:
            if name in self.terms:
                found |= self.facts_under(self.terms[name].rule.names)
            else:
                found.add(self.columns[name].key if name in self.columns else name)
        return found

    def questions(self, ground: str) -> tuple[Fact, ...]:
        """Return what the form asks a customer on this ground, in the order of the document."""
        return tuple(fact for fact in self.facts_for(ground) if fact.source is Source.CUSTOMER)

    def to_establish(self, ground: str) -> tuple[Fact, ...]:
        """Return what staff must find out on this ground, in the order of the document."""
        return tuple(fact for fact in self.facts_for(ground) if fact.source in STAFF)

    def page_html(self) -> str:
        """Return the document as a safe page body: headings with ids, prose, each rule behind a <details>."""
        from makegood.policy.documents.page import page_html

        return page_html(self)

    def run_examples(self) -> list[ExampleResult]:
        """Decide every example of the document and compare it with what is written there."""
        return [run_example(self, example) for example in self.examples]


def _read(text: str, source: str) -> Policy:
    problems: list[Problem] = []
    front, body_line = read_front_matter(text, problems)
    if front is None:
        raise PolicyErrors(source, text, problems)
    blocks = read_blocks(text, body_line)
    sections = tuple(_sections(blocks))
    facts = _facts(sections, front.zone, problems)
    scope = Scope(facts)
    columns = {
        column.name: column
        for section in sections
        for table in section.tables()
        if is_lookup(table)
        for column in read_columns(table, section.heading.title, scope, problems)
    }
    terms = {
        term.name: term for table in _named(sections, "Term") for term in read_terms(table, scope, problems)
    }
    found = (read_clause(section.heading, section.blocks, scope, problems) for section in sections)
    clauses = tuple(clause for clause in found if clause)
    grounds = tuple(
        ground for table in _named(sections, "Ground") for ground in read_grounds(table, problems)
    )
    examples = tuple(
        example
        for table in _named(sections, "Case")
        for example in read_examples(table, facts, front.zone, problems)
    )
    _check_whole(clauses, grounds, facts, sections, problems)
    check_numbers(clauses, terms, columns, sections, problems)
    if problems:
        raise PolicyErrors(source, text, problems)
    compiled = _compiled(clauses, terms, columns)
    title = next(
        (block.title for block in blocks if isinstance(block, Heading) and block.level == 1), front.policy
    )
    return Policy(
        source, text, title, front, grounds, facts, terms, columns, clauses, examples, sections, compiled
    )


def _sections(blocks: Sequence[Block]) -> list[Section]:
    begun: list[tuple[Heading, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading):
            begun.append((block, []))
        elif begun:
            begun[-1][1].append(block)
    return [Section(heading, tuple(under)) for heading, under in begun]


def _named(sections: Sequence[Section], first: str) -> list[Table]:
    """The tables whose first heading is `first`."""
    return [table for section in sections for table in section.tables() if table.header[0].spoken == first]


def _facts(sections: Sequence[Section], zone: ZoneInfo, problems: list[Problem]) -> dict[str, Fact]:
    tables = _named(sections, "Fact")
    if len(tables) != 1:
        span = tables[1].header[0].span if tables else Span(1, 1)
        problems.append(
            Problem(
                span, f"there are {len(tables)} tables of facts", "one table whose first heading is `Fact`"
            )
        )
    return {name: fact for table in tables for name, fact in read_facts(table, zone, problems).items()}


def _check_whole(
    clauses: Sequence[Clause],
    grounds: Sequence[Ground],
    facts: Mapping[str, Fact],
    sections: Sequence[Section],
    problems: list[Problem],
) -> None:
    """Check what no part can alone: clauses exist, none twice; the grounds are the choices of `ground`."""
    spans = {section.heading.title: section.heading.span for section in sections}
    if not clauses:
        problems.append(
            Problem(
                Span(1, 1), "this document decides nothing", "a numbered section with a list of conditions"
            )
        )
    for index, clause in enumerate(clauses):
        for earlier in clauses[:index]:
            if clause.number == earlier.number or clause.id == earlier.id:
                message = f"`{clause.title}` has the number or the name of `{earlier.title}`"
                problems.append(Problem(spans[clause.title], message, "a number and a name of its own"))
    choices = facts["ground"].choices if "ground" in facts else ()
    values = tuple(ground.value for ground in grounds)
    if sorted(choices) != sorted(values):
        span = facts["ground"].span if "ground" in facts else Span(1, 1)
        message = f"the choices of `ground` ({', '.join(choices)}) are not the grounds ({', '.join(values)})"
        problems.append(Problem(span, message, "the same names in both tables"))


def _compiled(
    clauses: Sequence[Clause], terms: Mapping[str, Term], columns: Mapping[str, Column]
) -> dict[Rule, Compiled]:
    """Compile every rule: terms first, in their order, because each may use the ones before."""
    closures: dict[str, Compiled] = {}
    compiler = Compiler(closures, columns)
    compiled: dict[Rule, Compiled] = {}
    for name, term in terms.items():
        closures[name] = compiled[term.rule] = compiler.compile(term.rule.tree)
    for clause in clauses:
        for rule in clause.rules():
            compiled[rule] = compiler.compile(rule.tree)
    return compiled
