"""The policy document: one Markdown file read into grounds, facts, terms, clauses and examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from makegood.policy.documents.building import draft_of, title_of
from makegood.policy.documents.clauses import Clause
from makegood.policy.documents.examples import Example, ExampleResult, run_example
from makegood.policy.documents.front_matter import FrontMatter
from makegood.policy.documents.offers import Offer, offers_of
from makegood.policy.documents.sections import Section
from makegood.policy.documents.tables import Term
from makegood.policy.documents.whole import precedence
from makegood.policy.facts import STAFF, Fact, Ground, Kind, Source, taken_in
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.compiling import Compiled
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.scope import Rule

if TYPE_CHECKING:
    from makegood.policy.deciding.answers import Value
    from makegood.policy.generated.program import Program

PAID = "amount_paid"
"""The fact that bounds every refund: where a document has it, nothing above it is refunded."""


@dataclass(frozen=True)
class Policy:
    """A policy that has been read and checked; nothing in it changes any more."""

    source: str
    text: str
    title: str
    front: FrontMatter
    grounds: tuple[Ground, ...]
    facts: Mapping[str, Fact]
    asked_when: Mapping[str, Rule]
    terms: Mapping[str, Term]
    columns: Mapping[str, Column]
    clauses: tuple[Clause, ...]
    examples: tuple[Example, ...]
    sections: tuple[Section, ...]
    compiled: Mapping[Rule, Compiled] = field(repr=False)

    @classmethod
    def parse(cls, text: str, source: str = "policy.md") -> Policy:
        """Return the policy written in `text`. Raises PolicyErrors; `source` names the file."""
        draft, blocks = draft_of(text, source)
        return cls(
            source=source,
            text=text,
            title=title_of(blocks, draft.front.policy),
            front=draft.front,
            grounds=draft.grounds,
            facts={name: row.fact for name, row in draft.facts.items()},
            asked_when=draft.asked_when,
            terms=draft.terms,
            columns=draft.columns,
            clauses=draft.clauses,
            examples=draft.examples,
            sections=draft.sections,
            compiled=draft.compiled(Calendar(draft.front.zone, draft.front.country)),
        )

    @property
    def name(self) -> str:
        """The name all versions of this policy share."""
        return self.front.policy

    @property
    def version(self) -> str:
        """The version, as written in the head."""
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
    def vocabulary(self) -> Vocabulary:
        """The words of the language it is written in."""
        return LANGUAGES[self.front.language]

    @cached_property
    def program(self) -> Program:
        """The policy as compiled Python: `program.run(values)` for callers who decide a great many cases."""
        from makegood.policy.generated.program import Program

        return Program(self)

    @cached_property
    def sha256(self) -> str:
        """The hash of the document's text (UTF-8), in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def calendar(self) -> Calendar:
        """Whose days count."""
        return Calendar(self.front.zone, self.front.country)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """What the clauses may refund."""
        return offers_of(self.clauses)

    @cached_property
    def precedence(self) -> Mapping[str, Sequence[tuple[Clause, bool]]]:
        """The clauses that go before each, by its number; True: always, else only where they decide."""
        return precedence(self.clauses)

    @cached_property
    def currency_fact(self) -> str | None:
        """The fact that says the currency of a case; None when the policy has none."""
        return next((fact.name for fact in self.facts.values() if fact.kind is Kind.CURRENCY), None)

    def currency_of(self, values: Mapping[str, Any]) -> str | None:
        """Return the currency of a case, None when unknown."""
        found: str | None = values[self.currency_fact] if self.currency_fact else None
        return found or (None if self.currency_fact else self.front.currency)

    def values(self, facts: Mapping[str, object]) -> dict[str, Any]:
        """Return every fact's value, None where unknown. Raises FactError."""
        return taken_in(self.facts, facts, self.zone)

    def term(self, name: str, facts: Mapping[str, object]) -> Value:
        """Return a named term's value, None when unknown. Raises FactError, KeyError for no such term."""
        value: Value = self.compiled[self.terms[name].rule](self.values(facts))
        return value

    def on_ground(self, ground: str | None) -> dict[str, Any]:
        """Return the values before anything is asked: nothing but the ground; None or "": that is open too.

        What *If missing* says is no answer yet, so that it rules out no question. Raises FactError.
        """
        told = self.values({"ground": ground} if ground else {})
        return dict.fromkeys(self.facts) | ({"ground": told["ground"]} if "ground" in self.facts else {})

    def clauses_for(self, ground: str) -> tuple[Clause, ...]:
        """Return the clauses that can apply on this ground. Raises FactError for no such ground."""
        values = self.on_ground(ground)
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
        return tuple(map(self.facts.__getitem__, self.in_order(used)))

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return those names that facts have, in the order of the document."""
        return sorted((name for name in names if name in self._places), key=self._places.__getitem__)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.facts)}

    def facts_under(self, names: Iterable[str]) -> set[str]:
        """Return the facts these names come down to: themselves, a term's, and what finds a table's row."""
        return {name for name in self.names_under(names) if name in self.facts}

    def names_under(self, names: Iterable[str]) -> set[str]:
        """Return these names and all that they are made of: facts, terms, and columns of tables."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.terms:
                waiting += self.terms[name].rule.names
            elif name in self.columns:
                waiting += self.columns[name].keys
        return seen

    def concerns(self, name: str, values: Mapping[str, Any]) -> bool | None:
        """Return whether a fact applies to a case at all, None when that is not known yet."""
        rule = self.asked_when.get(name)
        found: bool | None = True if rule is None else self.compiled[rule](values)
        return found

    def questions(self, ground: str) -> tuple[Fact, ...]:
        """Return what the form asks a customer on this ground, in the order of the document."""
        return tuple(fact for fact in self.facts_for(ground) if fact.source is Source.CUSTOMER)

    def to_establish(self, ground: str) -> tuple[Fact, ...]:
        """Return what staff must find out on this ground, in the order of the document."""
        return tuple(fact for fact in self.facts_for(ground) if fact.source in STAFF)

    def page_html(self, *, titled: bool = True) -> str:
        """Return the document as a safe page body: headings with ids, prose, each rule behind a <details>.

        `titled` False leaves its title out.
        """
        from makegood.policy.documents.page import page_html

        return page_html(self, titled=titled)

    def run_examples(self) -> list[ExampleResult]:
        """Decide every example of the document and compare it with what is written there."""
        return [run_example(self, example) for example in self.examples]
