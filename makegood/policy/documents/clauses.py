"""Clauses: a numbered section whose lead sentences say what its conditions do to a request."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from makegood.policy.documents.reading import Block, Heading, Listed, Prose
from makegood.policy.errors import NOWHERE, Problem, Span
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.vocabulary import ORIGINAL, Vocabulary
from makegood.policy.rules.parsing import parse_rule
from makegood.policy.rules.scope import Rule, Scope
from makegood.policy.rules.types import Type


class Role(StrEnum):
    """What a list of conditions does."""

    GRANT = "refund"  # we refund when these hold
    MAY = "may"  # we may refund when these hold: a person decides
    ONLY = "only"  # without these there is no refund
    NEEDED = "needed"  # what the customer must send; asked at the door
    EXCLUSION = "exclusion"  # we do not refund when these hold; beats every grant
    UNLESS = "unless"  # exceptions to the list before
    KEEP = "keep"  # what is kept of any refund when these hold
    REVIEW = "review"  # a person decides, whatever else holds; beats everything


EVERY_OTHER = "every other clause"
ALIKE = 0.78  # how like a known beginning a sentence is that probably means it


@dataclass(frozen=True, slots=True)
class Condition:
    """One list item: prose and its rule. `id` is how it is cited: 2(b)."""

    id: str
    prose: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a clause. `together`: all must hold, else any.

    `amount`: what a grant refunds, what a KEEP keeps; None in the other lists, and where a person names it.
    `method`: only of a grant.
    """

    role: Role
    together: bool
    conditions: tuple[Condition, ...]
    amount: Rule | None = None
    method: str = ORIGINAL


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered section that decides something. `applies` None: it applies to every request.

    `beats` are the numbers of the clauses that do not apply where this one decides, `replaces` of those that
    do not apply where this one applies; EVERY_OTHER stands for all.
    """

    id: str
    number: str
    title: str
    applies: Rule | None
    parts: tuple[Part, ...]
    beats: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)

    def rules(self) -> Iterator[Rule]:
        """Every rule of the clause, amounts too."""
        if self.applies:
            yield self.applies
        for part in self.parts:
            if part.amount:
                yield part.amount
            yield from (condition.rule for condition in part.conditions)


def read_clause(
    heading: Heading,
    blocks: Sequence[Block],
    scope: Scope,
    problems: list[Problem],
    language: Vocabulary = ENGLISH,
) -> Clause | None:
    """Return the clause a section is, or None when it is prose only. Adds what is wrong to `problems`."""
    reader = _Reader(heading, scope, problems, language)
    before: Prose | None = None
    for block in blocks:
        if isinstance(block, Prose):
            reader.paragraph(block)
        elif isinstance(block, Listed):
            reader.list_after(before, block)
        before = block if isinstance(block, Prose) else None
    return reader.clause()


class _Reader:
    """Collects the parts of one clause."""

    def __init__(self, heading: Heading, scope: Scope, problems: list[Problem], language: Vocabulary) -> None:
        self.heading, self.scope, self.problems = heading, scope, problems
        self.words = language.words
        self.applies: Rule | None = None
        self.parts: list[Part] = []
        self.beats: tuple[str, ...] = ()
        self.replaces: tuple[str, ...] = ()
        self.letters = iter(string.ascii_lowercase)

    def clause(self) -> Clause | None:
        if not self.parts:
            return None
        heading = self.heading
        if heading.number is None:
            title = re.sub(r"^[0-9]+[.)]?\s*", "", heading.title)
            expected = f"## 1. {title}"
            self.wrong(heading.span, "this section decides something but has no number", expected)
        if heading.anchor is None:
            self.wrong(
                heading.span, "this section decides something but has no name", "a name such as {#defect}"
            )
        return Clause(
            id=heading.anchor or "",
            number=heading.number or "",
            title=heading.title,
            applies=self.applies,
            parts=tuple(self.parts),
            beats=self.beats,
            replaces=self.replaces,
            span=heading.span,
        )

    def paragraph(self, prose: Prose) -> None:
        self.beats += self.words.clauses_named(self.words.beats, prose.text, EVERY_OTHER)
        self.replaces += self.words.clauses_named(self.words.replaces, prose.text, EVERY_OTHER)
        self._perhaps_meant(prose)
        if not self.words.applies_to(prose.text):
            return
        if len(prose.codes) != 1 or self.applies or self.parts:
            self.wrong(
                prose.span,
                "a clause says once, before its lists, what it applies to",
                "one rule in back quotes",
            )
            return
        self.applies = parse_rule(prose.codes[0], self.scope, (Type.YES_NO,), self.problems)

    def _perhaps_meant(self, prose: Prose) -> None:
        """Report a sentence that seems to say how the clause works, and would be read as mere prose."""
        if self.words.seems_to_go_first(prose.text):
            known = " or ".join(f"`{each}`" for each in self.words.precedence)
            self.wrong(prose.span, "this sentence does not say which clause goes first", known)
        elif prose.codes and not self.parts and self.words.seems_to_apply(prose.text):
            begins = f"a sentence that begins `{self.words.applies[0].strip()} …`"
            self.wrong(prose.span, "this sentence does not say what the clause applies to", begins)

    def list_after(self, lead: Prose | None, listed: Listed) -> None:
        ruled = any(item.codes for item in listed.items)
        named = self.words.role_of(lead.text) if lead else None
        together = self.words.together(lead.text) if lead else None
        if named is None or lead is None or together is None:
            if ruled:
                self._unknown_lead(lead, listed)
            return
        role = Role(named)
        amount = self._amount(role, lead)
        if role is Role.UNLESS and not (
            self.parts and self.parts[-1].role in (Role.GRANT, Role.MAY, Role.EXCLUSION)
        ):
            self.wrong(
                lead.span,
                "this exception has nothing to be an exception to",
                "a list that refunds or refuses before it",
            )
        conditions = tuple(condition for item in listed.items if (condition := self._condition(item)))
        self.parts.append(Part(role, together, conditions, amount, self.words.method_of(lead.text)))

    def _unknown_lead(self, lead: Prose | None, listed: Listed) -> None:
        span = lead.span if lead else listed.items[0].span
        if lead and self.words.role_of(lead.text):
            both = f"`… {self.words.all_of[0]}` or `… {self.words.any_of[0]}`"
            self.wrong(span, "this sentence does not say whether all or any of these must hold", both)
            return
        refund, *others = (leads[0] for leads in self.words.leads.values())
        expected = f"`{refund} … {self.words.all_of[0]}`, or a sentence that begins {', '.join(others)}"
        near = self._near(lead.plain) if lead else None
        self.wrong(span, "nothing says what these conditions do", expected, near)

    def _near(self, sentence: str) -> str | None:
        """The beginning a sentence nearly has; only beginnings count, for the ends of all are alike."""
        begins = [each for leads in self.words.leads.values() for each in leads]
        said = sentence.split()
        alike = {
            each: SequenceMatcher(None, " ".join(said[: len(each.split())]), each).ratio() for each in begins
        }
        best = max(begins, key=lambda each: alike[each])
        return f"`{best} …`" if alike[best] >= ALIKE else None

    def _amount(self, role: Role, lead: Prose) -> Rule | None:
        least, most = {Role.GRANT: (1, 1), Role.KEEP: (1, 1), Role.MAY: (0, 1)}.get(role, (0, 0))
        if not least <= len(lead.codes) <= most:
            message = f"this sentence does not say how much is {'kept' if role is Role.KEEP else 'refunded'}"
            amount = "one amount in back quotes, such as `amount_paid`"
            self.wrong(
                lead.span,
                message if least else "a rule too many",
                amount if most else "no rule in this sentence",
            )
            return None
        return parse_rule(lead.codes[0], self.scope, (Type.MONEY,), self.problems) if lead.codes else None

    def _condition(self, item: Prose) -> Condition | None:
        letter = next(self.letters, None)
        if letter is None:
            self.wrong(item.span, "a clause has at most 26 conditions", "a second clause")
            return None
        if len(item.codes) != 1 or not item.text.endswith("\u24240\u2424"):
            self.wrong(
                item.span,
                "each condition has one rule, at its end",
                "words, then the rule between two back quotes: ` `",
            )
            return None
        rule = parse_rule(item.codes[0], self.scope, (Type.YES_NO,), self.problems)
        return Condition(f"{self.heading.number}({letter})", item.plain, rule) if rule else None

    def wrong(self, span: Span, message: str, expected: str, near: str | None = None) -> None:
        self.problems.append(Problem(span, message, expected, near))
