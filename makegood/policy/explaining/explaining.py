"""Explains an answer to the customer or to the desk: a headline, the arithmetic, each condition's reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from babel import Locale

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    Mark,
    OpenFact,
    Outcome,
    Why,
)
from makegood.policy.documents.clauses import Role
from makegood.policy.explaining.arithmetic import amount_said
from makegood.policy.explaining.sentences import spoken
from makegood.policy.facts import Source
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.languages.vocabulary import Forms, Vocabulary

Audience = Literal["customer", "desk"]

THE_CUSTOMERS = frozenset({Source.CUSTOMER, Source.REQUEST})


@dataclass(frozen=True, slots=True)
class Line:
    """One condition for people. `anchor`: its id on the policy page.

    `standing` is the mark in words, and whether the decision rests on it; `rule` the rule as it is written
    (for the desk, else "").
    """

    id: str
    anchor: str
    mark: Mark
    text: str
    because: str
    standing: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ClauseLines:
    """The lines of one clause that applies, or may apply. `anchor` is its id on the policy page.

    `note` says why a clause that would apply does not ("" when it does); it then has no lines. `standing`
    says whether the decision rests on the clause, or still waits for it; "" when neither.
    """

    number: str
    title: str
    anchor: str
    lines: tuple[Line, ...]
    note: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What to show of an answer, in the language (ISO 639) of its document.

    `reckoning` are the lines of the arithmetic; `open` says each fact that is still open and who tells it;
    `method` how the money goes back, `governed_by` which version decided; "" where there is nothing to say.
    """

    headline: str
    clauses: tuple[ClauseLines, ...]
    reckoning: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    method: str = ""
    governed_by: str = ""
    language: str = "en"

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of all clauses."""
        return tuple(line for clause in self.clauses for line in clause.lines)


def explain(answer: Answer, audience: Audience = "customer") -> Explanation:
    """Return the answer in words; needs only the answer, so a stored one is explained years later."""
    return _Explaining(answer, audience).explanation()


class _Explaining:
    """One answer being put into words for one audience."""

    def __init__(self, answer: Answer, audience: Audience) -> None:
        self._answer, self._audience = answer, audience
        self._language: Vocabulary = LANGUAGES[answer.language]
        self._phrases = self._language.phrases
        self._plural = Locale.parse(self._language.locale).plural_form

    def explanation(self) -> Explanation:
        answer = self._answer
        clauses = tuple(clause for each in answer.clauses for clause in self._clause(each))
        return Explanation(
            headline=self._headline(clauses),
            clauses=clauses,
            reckoning=tuple(self._reckoning()),
            open=tuple(dict.fromkeys(self._open(fact) for fact in answer.open)),
            method=self._phrases.methods.get(answer.method, "") if answer.method else "",
            governed_by=self._phrases.governed_by.format(policy=answer.policy, version=answer.version),
            language=answer.language,
        )

    def _clause(self, clause: ClauseResult) -> Iterator[ClauseLines]:
        """The clause if it applies, may apply, decides, or would apply if another did not take its place."""
        ids = {clause.number, *(condition.id for condition in clause.conditions)}
        decides = not ids.isdisjoint(self._answer.decided_by)
        aside = ""
        if clause.set_aside_by:
            form = self._form(self._phrases.set_aside, len(clause.set_aside_by))
            aside = form.format(clauses=", ".join(clause.set_aside_by))
        lines = () if clause.applies is False else tuple(self._lines(clause))
        if lines or aside or decides:
            waits = self._answer.why is Why.TO_ESTABLISH
            standing = (self._phrases.marks[Mark.OPEN] if waits else self._phrases.decides) if decides else ""
            yield ClauseLines(clause.number, clause.title, clause.id, lines, aside, standing)

    def _lines(self, clause: ClauseResult) -> Iterator[Line]:
        for condition in clause.conditions:
            decides = condition.id in self._answer.decided_by
            if condition.mark is not Mark.NOT_SO:
                yield Line(
                    id=condition.id,
                    anchor="c-" + condition.id.replace("(", "").replace(")", ""),
                    mark=condition.mark,
                    text=condition.prose[:1].upper() + condition.prose[1:],
                    because=self._because(condition),
                    standing=self._standing(condition) + (f"; {self._phrases.decides}" if decides else ""),
                    rule=condition.rule if self._audience == "desk" else "",
                )

    def _standing(self, condition: ConditionResult) -> str:
        marks = self._phrases.marks
        if condition.against and condition.value:
            return marks["kept" if condition.role is Role.KEEP else "against"]
        return marks[condition.mark]

    def _because(self, condition: ConditionResult) -> str:
        if condition.mark is not Mark.OPEN or not condition.waits_for:
            return condition.because
        return " ".join(self._waiting(fact) for fact in condition.waits_for)

    def _waiting(self, fact: OpenFact) -> str:
        if fact.lost:
            return self._phrases.lost.format(question=fact.question)
        words = self._phrases.waiting[self._audience][fact.source]
        asked = self._audience == "desk" or fact.source in THE_CUSTOMERS
        return f"{words}: {fact.question}" if asked else f"{words}."

    def _open(self, fact: OpenFact) -> str:
        if fact.lost:
            return self._phrases.lost.format(question=fact.question)
        teller = self._phrases.tellers[self._audience][fact.source]
        return self._phrases.open_fact.format(question=fact.question, teller=teller)

    def _reckoning(self) -> Iterator[str]:
        """The formula with its values and what is kept of it, what bounds it, and what the values are."""
        reckoning, phrases = self._answer.reckoning, self._phrases
        if reckoning is None:
            return
        first, *kept = reckoning.steps
        formula = first.shown + "".join(f" − {step.shown} ({', '.join(step.clauses)})" for step in kept)
        total = self._amount(reckoning.total, reckoning.currency)
        yield total if first.plain and not kept else f"{formula} = {total}"
        if reckoning.at_most is not None:
            yield phrases.at_most.format(amount=self._amount(reckoning.at_most, reckoning.currency))
        if reckoning.rounded:
            yield phrases.rounded.format(currency=reckoning.currency)
        if reckoning.amount <= 0:
            yield phrases.nothing_left
        elif self._answer.outcome is Outcome.NEEDS_REVIEW:
            yield phrases.at_stake.format(amount=self._amount(reckoning.amount, reckoning.currency))
        yield from dict.fromkeys(step.because for step in reckoning.steps if step.because)
        if self._audience == "desk":
            yield from (f"{phrases.rule} {', '.join(step.clauses)}: {step.rule}" for step in reckoning.steps)

    def _amount(self, amount: Decimal, currency: str) -> str:
        return amount_said(amount, currency, self._language.locale)

    def _headline(self, clauses: tuple[ClauseLines, ...]) -> str:
        answer, phrases = self._answer, self._phrases
        if answer.outcome is Outcome.ELIGIBLE:
            amount = spoken(answer.amount, self._language, money=True, currency=answer.currency)
            return phrases.refunded[self._audience].format(amount=amount)
        if answer.outcome is Outcome.INELIGIBLE:
            return phrases.refused[self._audience].format(cited=", ".join(answer.decided_by))
        return {
            Why.PERSON: phrases.person,
            Why.NOT_COVERED: phrases.not_covered,
            Why.CONTRADICTION: phrases.contradiction,
        }.get(answer.why) or self._still_open(clauses)

    def _still_open(self, clauses: tuple[ClauseLines, ...]) -> str:
        looked_for, phrases = self._answer.looked_for, self._phrases
        if self._audience == "desk":
            return phrases.to_establish.format(count=len(looked_for)) if looked_for else phrases.person
        against = any(line.mark is Mark.NOT_MET for clause in clauses for line in clause.lines)
        yours = sum(fact.source in THE_CUSTOMERS for fact in looked_for)
        ours = len(looked_for) - yours
        words = [phrases.some_against if against else phrases.none_against]
        words += [self._counted(phrases.for_you, yours)] if yours else []
        words += [self._counted(phrases.for_us, ours)] if ours else []
        return " ".join(words if looked_for else [*words, phrases.person])

    def _counted(self, forms: Forms, count: int) -> str:
        return self._form(forms, count).format(count=count)

    def _form(self, forms: Forms, count: int) -> str:
        return forms.get(self._plural(count)) or forms["other"]
