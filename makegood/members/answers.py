"""The policy's answer so far, as `partials/answer.html` shows it: clause by clause, with the days counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.templatetags.said import amount_in_words, day_in_words, list_in_words, until_in_words
from makegood.members.disputing import disputed_words
from makegood.members.law import about_law, law_url
from makegood.members.words import about_language
from makegood.money import Money, total
from makegood.policy import Answer, ConditionResult, Mark, Outcome, Source, Why
from makegood.policy.documents.clauses import Role
from makegood.policy.explaining.explaining import Line, explain
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.deadlines import TERM
from makegood.refund_requests.disputes import RECORDS
from makegood.refund_requests.models import StatuteVersion

MARKS = {Mark.MET: "met", Mark.NOT_MET: "unmet", Mark.OPEN: "open", Mark.PERSON: "open"}
DATES = frozenset({"purchased_on", "received_on"})
OURS = RECORDS | {Source.ENGINEER, Source.REPRESENTATIVE}


@dataclass(frozen=True)
class ShownClause:
    """One line of the answer."""

    mark: str
    prose: str
    why: str
    paragraph: str
    url: str


@dataclass(frozen=True)
class ShownAnswer:
    """The policy's answer for all orders of a form together. `outcome`: refund, refuse or open.

    `language` is that of its words (ISO 639); `note` says so where the page is in another, else "".
    """

    outcome: str
    line: str
    text: str
    clauses: Sequence[ShownClause]
    version: str
    policy_url: str
    language: str
    note: str


def _refusing(answers: Sequence[LiveAnswer]) -> list[LiveAnswer]:
    """Of each order that cannot be refunded, the answer that says so."""
    return [live.refusing for live in answers if live.refusing is not None]


def shown(answers: Sequence[LiveAnswer]) -> ShownAnswer:
    """The answers for the orders of one form, as one; lines that agree for all orders stand once."""
    outcome = _outcome(answers)
    return ShownAnswer(
        outcome=outcome,
        line=_line(outcome, answers),
        text=_text(outcome, answers),
        clauses=_merged(answers),
        version=answers[0].version.version,
        policy_url=policy_url(answers[0].version.version),
        language=answers[0].document.front.language,
        note=next(filter(None, map(about_law, answers)), about_language(answers[0].version)),
    )


def policy_url(version: str, anchor: str = "") -> str:
    """The page of that version of the policy, at the paragraph `anchor`."""
    return f"{reverse('members:policy')}?version={version}" + (f"#{anchor}" if anchor else "")


def kept_lines(answer: Answer, statute: StatuteVersion | None) -> list[ShownClause]:
    """The lines of an answer that was kept with a decision.

    `statute`: the one that gave it; None: the policy did.
    """
    return [
        ShownClause(
            mark=MARKS[line.mark],
            prose=line.text,
            why=_because(_condition(answer, line), line),
            paragraph=line.id,
            url=law_url(statute, line.anchor) if statute else policy_url(answer.version, line.anchor),
        )
        for line in explain(answer, "customer").lines
    ]


def _outcome(answers: Sequence[LiveAnswer]) -> str:
    if any(live.cannot_succeed for live in answers):
        return "refuse"
    return "refund" if all(live.answer.outcome is Outcome.ELIGIBLE for live in answers) else "open"


def _line(outcome: str, answers: Sequence[LiveAnswer]) -> str:
    """At most 34 characters, which fit one line of a phone."""
    if outcome == "refuse":
        return _("Not possible under our policy")
    if outcome == "refund" and any(live.law for live in answers):
        return _("The law allows this refund")
    if outcome == "refund":
        return _("Our policy allows this refund")
    if any(live.disputed for live in answers):
        return _("Facts are examined first")
    against = any(
        line.mark is Mark.NOT_MET for live in answers for line in explain(live.answer, "customer").lines
    )
    return _("Some things are missing") if against else _("Nothing speaks against it so far")


def _text(outcome: str, answers: Sequence[LiveAnswer]) -> str:
    if outcome == "refuse":
        return refusal_sentence(answers)
    if outcome == "refund":
        amounts = [Money.rounded(a.amount, a.currency) for a in _each(answers) if a.amount and a.currency]
        amount = amount_in_words(total(amounts, amounts[0].currency))
        words = _("By our policy you get {amount} back. A person checks it before it is paid.")
        if any(live.law for live in answers):
            words = _("By law you get {amount} back. A person checks it before it is paid.")
        return words.format(amount=amount)
    return _open_text(answers)


def refusal_sentence(answers: Sequence[LiveAnswer]) -> str:
    """Why it cannot be refunded, citing the paragraphs."""
    refusing = _refusing(answers)
    cited = dict.fromkeys(f"§ {p}" for live in refusing for p in live.answer.decided_by)
    words = _("Our policy does not allow this refund: see {paragraphs}.")
    if any(each is live.if_so for live in answers for each in refusing):
        words = _(
            "Even if you are right about that, our policy does not allow this refund: see {paragraphs}."
        )
    return words.format(paragraphs=list_in_words(list(cited)))


def clauses_against(answers: Sequence[LiveAnswer]) -> list[ShownClause]:
    """The lines that speak against what cannot be refunded."""
    refusing = _refusing(answers)
    return [clause for clause in _merged(refusing) if clause.mark == "unmet"] if refusing else []


def _each(answers: Sequence[LiveAnswer]) -> list[Answer]:
    return [live.answer for live in answers]


def _open_text(answers: Sequence[LiveAnswer]) -> str:
    if any(live.disputed for live in answers):
        return _("You say that our records are wrong. A person finds out, and then our policy decides.")
    if any(answer.why in (Why.PERSON, Why.NOT_COVERED, Why.CONTRADICTION) for answer in _each(answers)):
        return _("The policy leaves this to a person, who examines it when its turn comes.")
    if any(live.order is None for live in answers):
        return _("Nothing speaks against your request so far. More can be said once the order is chosen.")
    open_facts = {fact.name: fact.source for answer in _each(answers) for fact in answer.looked_for}
    if not open_facts:
        return _("The policy leaves this to a person, who examines it when its turn comes.")
    ours = sum(source in OURS for source in open_facts.values())
    yours = len(open_facts) - ours
    words = [_("Nothing speaks against your request so far.")]
    if yours:
        words.append(
            ngettext(
                "{count} thing is for you to tell us.", "{count} things are for you to tell us.", yours
            ).format(count=yours)
        )
    if ours:
        words.append(
            ngettext(
                "{count} thing is for us to find out.", "{count} things are for us to find out.", ours
            ).format(count=ours)
        )
    return " ".join(words)


def _merged(answers: Sequence[LiveAnswer]) -> list[ShownClause]:
    several = len(answers) > 1
    lines = [
        (number, _shown_line(live, line))
        for live in answers
        for number, line in enumerate(explain(live.answer, "customer").lines)
        if _applies(live.answer, line)
    ]
    merged: list[ShownClause] = []
    in_order = sorted(enumerate(lines), key=lambda at: (at[1][0], at[0]))
    for _number, same in groupby(in_order, key=lambda at: (at[1][0], at[1][1].paragraph)):
        group = [shown_line for _place, (_n, shown_line) in same]
        if len(set(group)) == 1:
            merged.append(group[0])
        else:
            merged += _per_order(group, answers) if several else group
    return merged


def _per_order(group: Sequence[ShownClause], answers: Sequence[LiveAnswer]) -> list[ShownClause]:
    numbers = [live.order.number if live.order else "" for live in answers]
    return [
        ShownClause(
            line.mark,
            line.prose,
            _("Order {number}: {why}").format(number=number, why=line.why),
            line.paragraph,
            line.url,
        )
        for number, line in zip(numbers, group, strict=False)
    ]


def _condition(answer: Answer, line: Line) -> ConditionResult:
    """The condition that the line is about."""
    conditions = (condition for clause in answer.clauses for condition in clause.conditions)
    return next(condition for condition in conditions if condition.id == line.id)


def _applies(answer: Answer, line: Line) -> bool:
    """What may not concern the request at all is left out as long as that is open."""
    return any(
        clause.applies is True
        and condition.id == line.id
        and not (condition.role is Role.REVIEW and line.mark is Mark.OPEN)
        for clause in answer.clauses
        for condition in clause.conditions
    )


def _shown_line(live: LiveAnswer, line: Line) -> ShownClause:
    condition = _condition(live.answer, line)
    return ShownClause(
        mark=MARKS[line.mark],
        prose=line.text,
        why=disputed_words(live, condition)
        or _before_the_order(live, condition)
        or _days(live, condition)
        or _because(condition, line),
        paragraph=line.id,
        url=law_url(live.law.statute, line.anchor)
        if live.law
        else policy_url(live.version.version, line.anchor),
    )


def _because(condition: ConditionResult, line: Line) -> str:
    """Nothing where the member has sent what was asked for: the words of the policy say it already."""
    return "" if condition.role is Role.NEEDED and line.mark is Mark.MET else line.because


def _before_the_order(live: LiveAnswer, condition: ConditionResult) -> str:
    """What our records tell is not looked up before an order is chosen."""
    if live.order is None and any(fact.source in RECORDS for fact in condition.waits_for):
        return _("Depends on the order you choose.")
    return ""


def _days(live: LiveAnswer, condition: ConditionResult) -> str:
    """The days counted, where a condition compares the purchase with the receipt; else nothing."""
    bought, last = live.facts.get("purchased_on"), live.answer.terms.get(TERM)
    today = live.facts.get("received_on")
    if live.law or live.policy.facts_under(condition.facts) != DATES:
        return ""
    if not (isinstance(bought, date) and isinstance(today, date) and isinstance(last, date)):
        return ""
    return _("Bought {day}; today is day {count}. Last day: {last}.").format(
        day=day_in_words(bought), count=(today - bought).days, last=until_in_words(last, live.policy.zone)
    )
