"""Builds a policy from its text: reads every part, checks the whole, compiles the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from makegood.policy.documents.clauses import Clause, read_clause
from makegood.policy.documents.examples import Example, read_examples
from makegood.policy.documents.fact_tables import FactRow, read_facts
from makegood.policy.documents.front_matter import FrontMatter, read_front_matter
from makegood.policy.documents.lookup_tables import is_lookup, read_columns, read_headings
from makegood.policy.documents.numbers_in_prose import check_numbers
from makegood.policy.documents.reading import Block, Heading, Table, TooLong, read_blocks
from makegood.policy.documents.sections import Section, sections_of
from makegood.policy.documents.tables import Term, read_grounds, read_terms
from makegood.policy.documents.whole import (
    check_whole,
    sprawling_terms,
    unknown_citations,
    unlined_tables,
    unordered_terms,
)
from makegood.policy.errors import PolicyErrors, Problem, Span, nearest
from makegood.policy.facts import Ground
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.limits import LARGEST, LONGEST_PARAGRAPH, MOST_BARS, MOST_LINES, MOST_SECTIONS
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.compiling import Closures, Compiled, Compiler
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.parsing import parse_rule
from makegood.policy.rules.scope import Rule, Scope
from makegood.policy.rules.types import Type


@dataclass
class Draft:
    """A document being read: what its parts are, and what is wrong with it so far."""

    front: FrontMatter
    sections: tuple[Section, ...]
    problems: list[Problem]
    facts: dict[str, FactRow] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    asked_when: dict[str, Rule] = field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
    grounds: tuple[Ground, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def language(self) -> Vocabulary:
        """The words it is written in."""
        return LANGUAGES[self.front.language]

    def tables(self, first: str) -> Iterator[Table]:
        """Yield the tables whose first heading is `first`."""
        for section in self.sections:
            yield from (
                table
                for table in section.tables()
                if self.language.words.heading(table.header[0].spoken) == first
            )

    def read(self) -> None:
        """Read every part in an order in which each knows the names it may use."""
        self.problems += unlined_tables(self.sections)
        self._facts()
        if not self.facts:
            return  # nothing that follows could name one
        facts = {name: row.fact for name, row in self.facts.items()}
        readable = {name: row.fact for name, row in self.facts.items() if row.readable}
        scope = Scope(readable, currency=self.front.currency)
        scope.terms |= dict.fromkeys(self.facts.keys() - readable.keys(), Type.WRONG)
        self._terms_and_tables(scope)
        for name, row in self.facts.items():
            rule = parse_rule(row.applies, scope, (Type.YES_NO,), self.problems) if row.applies else None
            if rule:
                self.asked_when[name] = rule
        found = (
            read_clause(part.heading, part.blocks, scope, self.problems, self.language)
            for part in self.sections
        )
        self.clauses = tuple(clause for clause in found if clause)
        self.grounds = tuple(
            ground
            for table in self.tables("Ground")
            for ground in read_grounds(table, self.problems, self.language)
        )
        self.examples = tuple(
            example
            for table in self.tables("Case")
            for example in read_examples(table, facts, self.front.zone, self.problems, self.language)
        )
        if not self.problems:  # a clause that could not be read is cited rightly
            self.problems += unknown_citations(self.examples, self.clauses, facts)
        check_whole(self.clauses, self.grounds, facts, self.problems)
        check_numbers(self.clauses, self.terms, self.columns, self.sections, self.problems, self.language)

    def _facts(self) -> None:
        tables = list(self.tables("Fact"))
        first = self.language.words.said_heading("Fact")
        expected = f"one table whose first heading is `{first}`"
        for table in tables[1:]:
            self.problems.append(Problem(table.header[0].span, "this is another table of facts", expected))
        if not tables and not self.problems:  # a table that could not be read may be this one
            self.problems.append(self._no_facts(first, expected))
        for table in tables:
            self.facts |= read_facts(table, self.front.zone, self.problems, self.language)

    def _no_facts(self, first: str, expected: str) -> Problem:
        """What is wrong without a table of facts: a first heading that is nearly right is pointed at."""
        for section in self.sections:
            for table in section.tables():
                near = nearest(table.header[0].spoken, [first])
                if near:
                    return Problem(table.header[0].span, "there is no table of facts", expected, near)
        return Problem(Span(1, 1), "there is no table of facts", expected)

    def _terms_and_tables(self, scope: Scope) -> None:
        """Headings first: terms may use the columns of tables, and tables may be looked up by terms."""
        named = {row[0].spoken for table in self.tables("Term") for row in table.rows}
        known = {*self.facts, *named}
        lookups = [
            read_headings(table, section.heading.title, known, scope, self.problems, self.language)
            for section in self.sections
            for table in section.tables()
            if is_lookup(table)
        ]
        for table in self.tables("Term"):
            self.terms |= {term.name: term for term in read_terms(table, scope, self.problems, self.language)}
        for read in lookups:
            self.columns |= {column.name: column for column in read_columns(read, scope, self.problems)}
        self.problems += unordered_terms(self.terms, self.columns)
        for name, problem in list(sprawling_terms(self.terms, self.columns)):
            self.problems.append(problem)
            del self.terms[name]  # or the checks that follow would go through all it comes down to

    def compiled(self, calendar: Calendar) -> Mapping[Rule, Compiled]:
        """Return what reckons each rule; terms first, in order, for each may use those before."""
        closures: dict[str, Compiled] = {}
        compiler = Compiler(closures, self.columns, calendar)
        compiled: dict[Rule, Compiled] = {}
        for name, term in self.terms.items():
            closures[name] = compiled[term.rule] = compiler.compile(term.rule.tree)
        rules = (rule for clause in self.clauses for rule in clause.rules())
        return Closures(compiler, compiled, (*compiled, *rules, *self.asked_when.values()))


def draft_of(text: str, source: str) -> tuple[Draft, Sequence[Block]]:
    """Return the document read and found right, and its blocks. Raises PolicyErrors."""
    problems = list(_too_large(text))
    front, body_line = (None, 0) if problems else read_front_matter(text, problems)
    if front is None:
        raise PolicyErrors(source, text, problems)
    blocks = _blocks_of(text, body_line, source)
    sections = sections_of(blocks)
    if len(sections) > MOST_SECTIONS:
        span = sections[MOST_SECTIONS].heading.span
        message = f"this document has {len(sections):,} sections"
        raise PolicyErrors(source, text, [Problem(span, message, f"at most {MOST_SECTIONS:,}")])
    draft = Draft(front, sections, problems)
    draft.read()
    if problems:
        raise PolicyErrors(source, text, problems)
    return draft, blocks


def _too_large(text: str) -> Iterator[Problem]:
    """What makes a document larger than people can read, before it is read at all."""
    sizes = {
        "characters": (len(text), LARGEST),
        "lines": (text.count("\n"), MOST_LINES),
        "bars between cells": (text.count("|"), MOST_BARS),
    }
    for what, (size, most) in sizes.items():
        if size > most:
            message = f"this document has {size:,} {what}"
            yield Problem(Span(1, 1), message, f"at most {most:,}, which people can read")


def _blocks_of(text: str, body_line: int, source: str) -> Sequence[Block]:
    try:
        return read_blocks(text, body_line)
    except TooLong as paragraph:
        message = f"this paragraph is longer than {LONGEST_PARAGRAPH:,} characters"
        problem = Problem(
            Span(paragraph.line + 1, 1), message, "several, with blank lines between, and shorter rules"
        )
        raise PolicyErrors(source, text, [problem]) from None


def title_of(blocks: Sequence[Block], otherwise: str) -> str:
    """Return the words of the first heading of the first level."""
    titles = (block.title for block in blocks if isinstance(block, Heading) and block.level == 1)
    return next(titles, otherwise)
