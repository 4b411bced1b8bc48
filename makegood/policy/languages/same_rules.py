"""Compares the rules of two documents, in two languages or in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import NOWHERE, Span
from makegood.policy.rules.scope import Rule

HEAD = ("policy", "version", "in_force_from", "zone", "currency", "country")
FACT = ("kind", "source", "if_missing", "choices", "presumed", "fields")
FACT_SAID = {"source": "who tells it", "if_missing": "what its absence means", "presumed": "what is presumed"}
HEAD_SAID = {"zone": "calendar", "country": "holidays"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the rules of two documents do not agree on, with its place in each; None: it is not there.

    `one` and `other` name the documents.
    """

    message: str
    one: str
    here: Span | None
    other: str
    there: Span | None

    def __str__(self) -> str:
        places = (f"{self.one}{_place(self.here)}", f"{self.other}{_place(self.there)}")
        return f"{places[0]} and {places[1]}: {self.message}"


def _place(span: Span | None) -> str:
    return f":{span.line}:{span.column}" if span else ""


def same_rules(one: Policy, other: Policy) -> bool:
    """Whether two documents decide every case alike, their rules being the same and only their prose not."""
    return not differences_of_rules(one, other)


def differences_of_rules(one: Policy, other: Policy) -> tuple[Difference, ...]:
    """Return what the rules of two documents do not agree on, in the order of the parts of a document.

    Compared are the head, grounds, facts, terms, tables and clauses with their lists, amounts and precedence;
    rules by what they say, not by how they are spaced. Prose, questions, titles and examples may differ.
    """
    return tuple(_Comparing(one, other).differences())


class _Comparing:
    """Two documents side by side."""

    def __init__(self, one: Policy, other: Policy) -> None:
        self._one, self._other = one, other
        sources = one.source, other.source
        same = sources[0] == sources[1]
        self._names = (f"{sources[0]} (first)", f"{sources[1]} (second)") if same else sources

    def differences(self) -> Iterator[Difference]:
        yield from self._head()
        yield from self._grounds()
        yield from self._facts()
        yield from self._terms()
        yield from self._columns()
        yield from self._clauses()

    def _differ(self, message: str, here: Span | None, there: Span | None) -> Difference:
        return Difference(message, self._names[0], here, self._names[1], there)

    def _head(self) -> Iterator[Difference]:
        for key in HEAD:
            mine, yours = getattr(self._one.front, key), getattr(self._other.front, key)
            if mine != yours:
                said = HEAD_SAID.get(key, key)
                spans = (_line_of(policy, f"{said}:") for policy in (self._one, self._other))
                yield self._differ(f"`{said}` is {_shown(mine)} here and {_shown(yours)} there", *spans)

    def _grounds(self) -> Iterator[Difference]:
        grounds = [
            [(each.value, each.picks) for each in policy.grounds] for policy in (self._one, self._other)
        ]
        if grounds[0] != grounds[1]:
            said = (", ".join(f"{value} ({picks})" for value, picks in each) for each in grounds)
            spans = (
                _line_of(policy, f"| `{policy.grounds[0].value}` |") for policy in (self._one, self._other)
            )
            yield self._differ("the grounds are {} here and {} there".format(*said), *spans)

    def _facts(self) -> Iterator[Difference]:
        one, other = self._one, self._other
        places = ({name: fact.span for name, fact in policy.facts.items()} for policy in (one, other))
        yield from self._names_in_both("fact", *places)
        for name in one.facts.keys() & other.facts.keys():
            mine, yours = one.facts[name], other.facts[name]
            for key in FACT:
                if (here := getattr(mine, key)) != (there := getattr(yours, key)):
                    said = (
                        f"`{name}`: {FACT_SAID.get(key, key)} is {_shown(here)} here, {_shown(there)} there"
                    )
                    yield self._differ(said, mine.span, yours.span)
            what = f"when `{name}` applies"
            rules = one.asked_when.get(name), other.asked_when.get(name)
            yield from self._rules(what, *rules, mine.span, yours.span)
        order = [list(policy.facts) for policy in (one, other)]
        if order[0] != order[1] and set(order[0]) == set(order[1]):
            first = next(pair for pair in zip(*order, strict=True) if pair[0] != pair[1])
            spans = (policy.facts[name].span for policy, name in zip((one, other), first, strict=True))
            yield self._differ("the facts are asked in another order", *spans)

    def _terms(self) -> Iterator[Difference]:
        one, other = self._one.terms, self._other.terms
        places = ({name: term.rule.span for name, term in terms.items()} for terms in (one, other))
        yield from self._names_in_both("term", *places)
        for name in (each for each in one if each in other):
            mine, yours = one[name].rule, other[name].rule
            yield from self._rules(f"the term `{name}`", mine, yours, mine.span, yours.span)

    def _columns(self) -> Iterator[Difference]:
        one, other = self._one.columns, self._other.columns
        spans = [
            {name: _line_of(policy, f"`{name}`") or NOWHERE for name in policy.columns}
            for policy in (self._one, self._other)
        ]
        yield from self._names_in_both("column", *spans)
        for name in (each for each in one if each in other):
            mine, yours = one[name], other[name]
            here, there = spans[0][name], spans[1][name]
            if (mine.keys, mine.type) != (yours.keys, yours.type):
                yield self._differ(
                    f"the column `{name}` is found by other names, or of another kind", here, there
                )
            for cells in dict.fromkeys((*mine.rows, *yours.rows)):
                values = [column.rows.get(cells, "no row") for column in (mine, yours)]
                if values[0] != values[1]:
                    row = ", ".join(str(cell) for cell in cells)
                    said = f"`{name}` for {row} is {_shown(values[0])} here and {_shown(values[1])} there"
                    yield self._differ(said, here, there)
            if list(mine.rows) != list(yours.rows) and set(mine.rows) == set(yours.rows):
                yield self._differ(f"the rows of `{name}` stand in another order", here, there)

    def _clauses(self) -> Iterator[Difference]:
        one, other = ({each.number: each for each in policy.clauses} for policy in (self._one, self._other))
        places = ({number: clause.span for number, clause in clauses.items()} for clauses in (one, other))
        yield from self._names_in_both("clause", *places)
        for number in (each for each in one if each in other):
            yield from self._clause(one[number], other[number])

    def _clause(self, mine: Clause, yours: Clause) -> Iterator[Difference]:
        name, spans = f"clause {mine.number}", (mine.span, yours.span)
        if mine.id != yours.id:
            yield self._differ(f"{name} is named {mine.id} here and {yours.id} there", *spans)
        yield from self._rules(f"what {name} applies to", mine.applies, yours.applies, *spans)
        for said, here, there in (
            ("takes precedence over", mine.beats, yours.beats),
            ("replaces", mine.replaces, yours.replaces),
        ):
            if set(here) != set(there):
                listed = (", ".join(each) or "none" for each in (here, there))
                yield self._differ("{} {} {} here and {} there".format(name, said, *listed), *spans)
        for place, (here_part, there_part) in enumerate(zip_longest(mine.parts, yours.parts), start=1):
            what = f"list {place} of {name}"
            if here_part is None or there_part is None:
                yield self._differ(f"{what} is in one of the documents only", *spans)
            else:
                yield from self._part(what, here_part, there_part, *spans)

    def _part(self, what: str, mine: Part, yours: Part, *spans: Span) -> Iterator[Difference]:
        for key, said in (("role", "what it does"), ("together", "all must hold"), ("method", "the method")):
            here, there = getattr(mine, key), getattr(yours, key)
            if here != there:
                yield self._differ(f"{what}: {said} is {_shown(here)} here and {_shown(there)} there", *spans)
        yield from self._rules(f"the amount of {what}", mine.amount, yours.amount, *spans)
        for here, there in zip_longest(mine.conditions, yours.conditions):
            known: Condition = here or there
            rules = here.rule if here else None, there.rule if there else None
            yield from self._rules(f"condition {known.id}", *rules, *spans)

    def _rules(
        self, what: str, mine: Rule | None, yours: Rule | None, here: Span | None, there: Span | None
    ) -> Iterator[Difference]:
        if (mine and mine.sql) != (yours and yours.sql):
            texts = (f"`{rule.text}`" if rule else "nothing" for rule in (mine, yours))
            message = "{} is {} here and {} there".format(what, *texts)
            yield self._differ(message, mine.span if mine else here, yours.span if yours else there)

    def _names_in_both(
        self, what: str, here: Mapping[str, Span], there: Mapping[str, Span]
    ) -> Iterator[Difference]:
        for name in (each for each in here if each not in there):
            yield self._differ(f"the {what} `{name}` is not in {self._names[1]}", here[name], None)
        for name in (each for each in there if each not in here):
            yield self._differ(f"the {what} `{name}` is not in {self._names[0]}", None, there[name])


def _line_of(policy: Policy, begins: str) -> Span | None:
    """The first place of these words in a document."""
    found = ((n, line.find(begins)) for n, line in enumerate(policy.text.splitlines(), start=1))
    return next((Span(n, column + 1, len(begins)) for n, column in found if column >= 0), None)


def _shown(value: Any) -> str:
    if value is None:
        return "not said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {kind}".strip() for name, kind in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "none"
    return str(value)
