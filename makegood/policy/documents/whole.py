"""Checks what no part of a document can tell alone: names told apart, precedence without a circle."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Sized

from sqlglot import exp

from makegood.policy.documents.clauses import EVERY_OTHER, Clause
from makegood.policy.documents.examples import Example
from makegood.policy.documents.reading import Prose
from makegood.policy.documents.sections import Section
from makegood.policy.documents.tables import Term
from makegood.policy.errors import Problem, Span, listed, nearest
from makegood.policy.facts import Fact, Ground
from makegood.policy.limits import MOST_NAMES
from makegood.policy.rules.dialect import walked
from makegood.policy.rules.lookups import Column


def check_whole(
    clauses: Sequence[Clause], grounds: Sequence[Ground], facts: Mapping[str, Fact], problems: list[Problem]
) -> None:
    """Add what is wrong: no clause, two of one name, grounds that are no choices, precedence in a circle."""
    if not clauses and not problems:  # a list whose sentence is wrong makes no clause either
        expected = "a numbered section with a list of conditions"
        problems.append(Problem(Span(1, 1), "this document decides nothing", expected))
    problems.extend(_alike(clauses))
    problems.extend(_unknown_references(clauses, problems))
    problems.extend(_circles(clauses))
    choices = facts["ground"].choices if "ground" in facts else ()
    values = tuple(ground.value for ground in grounds)
    if sorted(choices) != sorted(values):
        span = facts["ground"].span if "ground" in facts else Span(1, 1)
        message = f"the choices of `ground` ({listed(choices)}) are not the grounds ({listed(values)})"
        problems.append(Problem(span, message, "the same names in both tables"))


def unlined_tables(sections: Sequence[Section]) -> Iterator[Problem]:
    """Yield a problem for each paragraph that is a table but for the line of hyphens below its headings."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Prose) and block.text.startswith("|") and block.text.count("|") > 1:
                columns = block.text.count("|", 0, block.text.find("| |") + 1 or None) - 1
                lined = "|" + "---|" * max(columns, 1)
                message = "this table has no line of hyphens below its headings"
                yield Problem(block.span, message, f"`{lined}` in the line after this one")


def unknown_citations(
    examples: Sequence[Example], clauses: Sequence[Clause], facts: Mapping[str, Fact]
) -> Iterator[Problem]:
    """Yield a problem for each clause, condition or fact that an example cites and the document has not."""
    conditions = [each.id for clause in clauses for part in clause.parts for each in part.conditions]
    deciding = [*(clause.number for clause in clauses), *conditions]
    bare = {re.sub(r"\W", "", each): each for each in deciding}
    for example in examples:
        waits = example.decision.startswith("to be established")
        for name in example.cited:
            if name not in (facts if waits else deciding):
                kind = "fact" if waits else "clause or condition"
                near = nearest(name, facts) if waits else f"`{bare[name]}`" if name in bare else None
                expected = "the facts still open" if waits else "what decides, such as 2 or 2(a)"
                yield Problem(example.written, f"there is no {kind} `{name}`", expected, near)


def precedence(clauses: Sequence[Clause]) -> Mapping[str, Sequence[tuple[Clause, bool]]]:
    """Return, by the number of each clause, those that go before it, each with whether it always does.

    Always: wherever it applies; else only where it decides.
    """
    found: dict[str, list[tuple[Clause, bool]]] = {clause.number: [] for clause in clauses}
    for clause in clauses:
        replaced, beaten = (_meant(references, found) for references in (clause.replaces, clause.beats))
        for number in dict.fromkeys((*replaced, *beaten)):
            if number != clause.number:
                found[number].append((clause, number in replaced))
    return found


def _meant(references: Sequence[str], numbers: Collection[str]) -> Mapping[str, None]:
    named = numbers if EVERY_OTHER in references else (each for each in references if each in numbers)
    return dict.fromkeys(named)


def _alike(clauses: Sequence[Clause]) -> Iterator[Problem]:
    first: dict[str, Clause] = {}
    for clause in clauses:
        for name in (f"{clause.number}.", clause.id):
            earlier = first.setdefault(name, clause)
            if earlier is not clause:
                message = f"`{clause.title}` has the number or the name of `{earlier.title}`"
                yield Problem(clause.span, message, "a number and a name of its own")
                break


def _unknown_references(clauses: Sequence[Clause], told: Sized) -> Iterator[Problem]:
    numbers = {clause.number for clause in clauses}
    for clause in clauses:
        for reference in (*clause.beats, *clause.replaces):
            if reference != EVERY_OTHER and (reference not in numbers or reference == clause.number):
                near = nearest(reference, numbers, told)
                message = f"`{clause.title}` goes before `{reference}`, which is no other clause"
                yield Problem(clause.span, message, f"numbers of clauses, or {EVERY_OTHER}", near)


def _circles(clauses: Sequence[Clause]) -> Iterator[Problem]:
    """Each clause that goes before itself; found by taking away clauses that nothing goes before."""
    before = {number: {other.number for other, _ in others} for number, others in precedence(clauses).items()}
    free = [number for number, others in before.items() if not others]
    waiting = Counter({number: len(others) for number, others in before.items()})
    after: dict[str, list[str]] = defaultdict(list)
    for number, others in before.items():
        for other in others:
            after[other].append(number)
    while free:
        for number in after[free.pop()]:
            waiting[number] -= 1
            if waiting[number] == 0:
                free.append(number)
    for clause in clauses:
        if waiting[clause.number] > 0:
            message = f"`{clause.title}` and the clauses it goes before also go before it"
            yield Problem(clause.span, message, "one that goes first")


def unordered_terms(terms: Mapping[str, Term], columns: Mapping[str, Column]) -> Iterator[Problem]:
    """Yield a problem for each term that is reckoned from a table whose rows it helps to find itself."""
    places = {name: place for place, name in enumerate(terms)}
    for place, term in enumerate(terms.values()):
        keys = {key for name in term.rule.names if name in columns for key in columns[name].keys}
        late = sorted(key for key in keys if places.get(key, -1) >= place)
        if late:
            message = f"`{term.name}` looks up a table by `{late[0]}`, which is only told after it"
            yield Problem(term.rule.span, message, f"a row for `{late[0]}` above this one")


def sprawling_terms(
    terms: Mapping[str, Term], columns: Mapping[str, Column]
) -> Iterator[tuple[str, Problem]]:
    """Yield the name and the problem of each term that comes down to more than MOST_NAMES names."""
    sizes: dict[str, int] = {}
    for name, term in terms.items():
        named = (column.name for column in walked(term.rule.tree) if isinstance(column, exp.Column))
        keys = (key for used in named for key in (used, *_keys(used, columns)))
        sizes[name] = 1 + sum(sizes.get(key, 1) for key in keys)
        if sizes[name] > MOST_NAMES:
            message = f"`{name}` comes down to {sizes[name]:,} names, through the terms it is made of"
            yield name, Problem(term.rule.span, message, f"at most {MOST_NAMES}")
            sizes[name] = 1  # told once, not again for every term made of it


def _keys(name: str, columns: Mapping[str, Column]) -> Sequence[str]:
    return columns[name].keys if name in columns else ()
