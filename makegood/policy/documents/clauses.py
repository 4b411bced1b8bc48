"""Clauses: a numbered section whose lead sentences say what its conditions do to a request."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from makegood.policy.documents.reading import Block, Heading, Listed, Prose
from makegood.policy.errors import NOWHERE, Problem, Span, nearest
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


LEADS: tuple[tuple[str, Role], ...] = (
    ("We refund only when", Role.ONLY),
    ("We do not refund when", Role.EXCLUSION),
    ("We may refund", Role.MAY),
    ("We refund", Role.GRANT),
    ("We keep", Role.KEEP),
    ("We need from you", Role.NEEDED),
    ("Unless", Role.UNLESS),
    ("Whatever else holds, a person decides when", Role.REVIEW),
)
METHODS = {"as store credit": "store_credit", "to your account balance": "account_balance"}
QUANTIFIER = re.compile(r"\b(all|any) of these(?: hold)?:$")
APPLIES = re.compile(r"^Applies to\b")
PRECEDES = re.compile(r"^This clause (takes precedence over|replaces) (?:clauses? )?(.+?)\.$")
REFERENCE = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
EVERY_OTHER = "every other clause"


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
    method: str = "original"


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
    heading: Heading, blocks: Sequence[Block], scope: Scope, problems: list[Problem]
) -> Clause | None:
    """Return the clause a section is, or None when it is prose only. Adds what is wrong to `problems`."""
    reader = _Reader(heading, scope, problems)
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

    def __init__(self, heading: Heading, scope: Scope, problems: list[Problem]) -> None:
        self.heading, self.scope, self.problems = heading, scope, problems
        self.applies: Rule | None = None
        self.parts: list[Part] = []
        self.before: dict[str, tuple[str, ...]] = {}
        self.letters = iter(string.ascii_lowercase)

    def clause(self) -> Clause | None:
        if not self.parts:
            return None
        heading = self.heading
        if heading.number is None:
            self.wrong(
                heading.span, "this section decides something but has no number", f"## 1. {heading.title}"
            )
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
            beats=self.before.get("takes precedence over", ()),
            replaces=self.before.get("replaces", ()),
            span=heading.span,
        )

    def paragraph(self, prose: Prose) -> None:
        if found := PRECEDES.match(prose.text):
            self.before[found[1]] = (*self.before.get(found[1], ()), *REFERENCE.split(found[2]))
        if not APPLIES.match(prose.text):
            return
        if len(prose.codes) != 1 or self.applies or self.parts:
            self.wrong(
                prose.span,
                "a clause says once, before its lists, what it applies to",
                "one rule in back quotes",
            )
            return
        self.applies = parse_rule(prose.codes[0], self.scope, (Type.YES_NO,), self.problems)

    def list_after(self, lead: Prose | None, listed: Listed) -> None:
        ruled = any(item.codes for item in listed.items)
        role = next((role for words, role in LEADS if lead and lead.text.startswith(words)), None)
        if role is None or lead is None or not (found := QUANTIFIER.search(lead.text)):
            if ruled:
                self._unknown_lead(lead, listed)
            return
        amount = self._amount(role, lead)
        method = next((method for words, method in METHODS.items() if words in lead.text), "original")
        if role is Role.UNLESS and not (
            self.parts and self.parts[-1].role in (Role.GRANT, Role.MAY, Role.EXCLUSION)
        ):
            self.wrong(
                lead.span,
                "this exception has nothing to be an exception to",
                "a list that refunds or refuses before it",
            )
        conditions = tuple(condition for item in listed.items if (condition := self._condition(item)))
        self.parts.append(Part(role, found[1] == "all", conditions, amount, method))

    def _unknown_lead(self, lead: Prose | None, listed: Listed) -> None:
        leads = [f"{words} … all of these:" for words, _ in LEADS]
        span = lead.span if lead else listed.items[0].span
        near = nearest(lead.plain, leads) if lead else None
        expected = "a sentence such as `We refund … when all of these hold:`"
        self.wrong(span, "nothing says what these conditions do", expected, near)

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
                item.span, "each condition has one rule, at its end", "words, then the rule in back quotes"
            )
            return None
        rule = parse_rule(item.codes[0], self.scope, (Type.YES_NO,), self.problems)
        return Condition(f"{self.heading.number}({letter})", item.plain, rule) if rule else None

    def wrong(self, span: Span, message: str, expected: str, near: str | None = None) -> None:
        self.problems.append(Problem(span, message, expected, near))
