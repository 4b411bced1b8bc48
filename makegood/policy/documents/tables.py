"""The tables of grounds and of named terms, and reading a table by its headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from makegood.policy.documents.reading import Prose, Table
from makegood.policy.errors import Problem, Span, listed, nearest
from makegood.policy.facts import Fact, Ground
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules.dialect import is_name
from makegood.policy.rules.parsing import parse_rule
from makegood.policy.rules.scope import Rule, Scope
from makegood.policy.rules.types import Type

GROUND_HEADINGS = ("Ground", "What you choose", "Hint", "Orders to name")
TERM_HEADINGS = ("Term", "Rule", "In words")
EXAMPLE_HEADINGS = ("Case", "Facts", "Decision")
PICKS = ("one", "pair", "renewals")
ANY_TYPE = tuple(kind for kind in Type if kind is not Type.WRONG)


@dataclass(frozen=True, slots=True)
class Term:
    """A named term: its rule, and how a sentence says it ({} stands for the value)."""

    name: str
    rule: Rule
    words: str


Row = Mapping[str, Prose]


def rows_of(
    table: Table, headings: Sequence[str], problems: list[Problem], language: Vocabulary = ENGLISH
) -> Iterator[Row]:
    """Yield each row as heading → cell. An unknown heading is a problem; a missing one reads as empty."""
    names = [language.words.heading(cell.spoken) for cell in table.header]
    for cell, name in zip(table.header, names, strict=True):
        if name not in headings:
            known = [language.words.said_heading(heading) for heading in headings]
            message = f"this table has no column `{name}`"
            problems.append(Problem(cell.span, message, ", ".join(known), nearest(name, known, problems)))
    for row in table.rows:
        empty = Prose("", (), row[0].span)
        yield dict.fromkeys(headings, empty) | dict(zip(names, row, strict=True))


def missing_from(table: Table, headings: Sequence[str], language: Vocabulary = ENGLISH) -> tuple[str, ...]:
    """Return those of some headings that a table does not have, in the language of the document."""
    names = [language.words.heading(cell.spoken) for cell in table.header]
    return tuple(language.words.said_heading(each) for each in headings if each not in names)


def check_choice(fact: Fact, said: str, span: Span, problems: list[Problem]) -> bool:
    """Return whether a fact can have a value, as far as its choices tell; what is none is a problem."""
    if not fact.choices or said in fact.choices:
        return True
    message = f"`{said}` is no choice of `{fact.name}`"
    near = nearest(said, fact.choices, problems)
    problems.append(Problem(span, message, listed(fact.choices), near))
    return False


def read_grounds(table: Table, problems: list[Problem], language: Vocabulary = ENGLISH) -> tuple[Ground, ...]:
    """Return the grounds in the order the form offers them."""
    grounds = []
    for row in rows_of(table, GROUND_HEADINGS, problems, language):
        cell = row["Orders to name"]
        picks = language.words.picks.get(cell.spoken, cell.spoken)
        if picks not in PICKS:
            known = tuple(language.words.picks) or PICKS
            message = f"`{cell.spoken}` does not say which orders to name"
            problems.append(
                Problem(cell.span, message, ", ".join(known), nearest(cell.spoken, known, problems))
            )
        grounds.append(Ground(row["Ground"].spoken, row["What you choose"].spoken, row["Hint"].spoken, picks))
    return tuple(grounds)


def read_terms(
    table: Table, scope: Scope, problems: list[Problem], language: Vocabulary = ENGLISH
) -> tuple[Term, ...]:
    """Return the terms; each may use the ones above it. Their names are added to `scope`."""
    terms = []
    for row in rows_of(table, TERM_HEADINGS, problems, language):
        name, cell = row["Term"].spoken, row["Rule"]
        if not is_name(name) or scope.type_of(name):
            problems.append(
                Problem(row["Term"].span, f"`{name}` cannot name a term", "a name nothing else has")
            )
        if len(cell.codes) != 1:
            problems.append(Problem(cell.span, "a term has one rule", "a rule in back quotes"))
            continue
        rule = parse_rule(cell.codes[0], scope, ANY_TYPE, problems)
        scope.terms[name] = rule.type if rule else Type.WRONG
        if rule:
            terms.append(Term(name, rule, row["In words"].spoken))
    return tuple(terms)
