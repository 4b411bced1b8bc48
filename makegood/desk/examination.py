"""The examination of a request: each condition, what made it so, and what is still to find out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import amount_in_words
from makegood.defects.models import Defect
from makegood.desk.forms.findings import FindingForm
from makegood.desk.law_words import ByLaw, document_page, law_words
from makegood.desk.presumptions import presumption_words
from makegood.desk.standing import amount_words, kept
from makegood.desk.ticket import Ticket
from makegood.money import Money
from makegood.policy import Answer, ConditionResult, Fact, Kind, Mark, Outcome, Source, Why, explain
from makegood.policy.documents.clauses import Role
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.disputes import value_in_words
from makegood.refund_requests.facts import told_by_defect
from makegood.refund_requests.findings import facts_to_establish_in, may_establish
from makegood.refund_requests.models import Finding
from makegood.refund_requests.states import State

MARKS = {Mark.MET: "met", Mark.NOT_MET: "unmet", Mark.OPEN: "open", Mark.PERSON: "open"}
OUTCOMES = {Outcome.ELIGIBLE: "refund", Outcome.INELIGIBLE: "refuse", Outcome.NEEDS_REVIEW: "open"}


@dataclass(frozen=True)
class Established:
    """One finding in words; `superseded` when a later one corrects it. `pictures`: name and address."""

    value: str
    note: str
    pictures: Sequence[tuple[str, str]]
    author: str
    at: object
    superseded: bool


@dataclass(frozen=True)
class Task:
    """A fact that staff establish: what was found so far (newest first), and the form for those who may.

    `presumed` says what the policy takes for granted when it cannot be established. `defect`: the linked one
    whose verdict tells the fact instead; None when it is told here. `disputed`: what the member says of our
    record, for each order of which it is disputed.
    """

    fact: Fact
    found: Sequence[Established]
    form: FindingForm | None
    whose: str
    presumed: str
    defect: Defect | None
    disputed: Sequence[str] = ()

    @property
    def is_yes_no(self) -> bool:
        """Whether two buttons answer it."""
        return self.fact.kind is Kind.YES_NO


@dataclass(frozen=True)
class ClauseLine:
    """One condition as `partials/clauses.html` shows it; `tasks` are controlled by `control`."""

    mark: str
    prose: str
    why: str
    paragraph: str
    url: str
    tasks: Sequence[Task] = ()

    @property
    def control(self) -> str:
        """The template of the controls; empty when there is nothing to establish here."""
        return "desk/tasks.html" if self.tasks else ""


@dataclass(frozen=True)
class Panel:
    """The examination for one order to refund. `law`: the statute that counts; None: the policy does."""

    order_number: str
    version: str
    clauses: Sequence[ClauseLine]
    outcome: str
    text: str
    law: ByLaw | None
    lacks_country: bool


@dataclass(frozen=True)
class Examination:
    """All panels, and the tasks that no shown condition asks for."""

    panels: Sequence[Panel]
    tasks: Sequence[Task]


def examine(
    ticket: Ticket, user: User, *, failed: FindingForm | None = None, read_only: bool = False
) -> Examination:
    """What the panel shows `user`; `failed` is the form that was just refused, with what was typed."""
    acting = ticket.to_be_decided and not read_only
    tasks = _tasks(ticket, user if acting else None, failed)
    left = dict(tasks)
    panels = [_panel(live, left) for live in ticket.answers]
    return Examination(panels, list(left.values()))


def _tasks(ticket: Ticket, user: User | None, failed: FindingForm | None) -> dict[str, Task]:
    found = _found_by_fact(ticket)
    facts = facts_to_establish_in(ticket.answers, ground=ticket.refund_request.ground, found=set(found))
    return {
        fact.name: Task(
            fact=fact,
            found=_as_established(fact, found.get(fact.name, ())),
            form=_form(fact, ticket, user, failed),
            whose=_whose(fact, ticket),
            presumed=presumption_words(fact.name, ticket.answers),
            defect=ticket.refund_request.defect if _is_told_by_defect(fact, ticket) else None,
            disputed=_disputed(fact, ticket),
        )
        for fact in facts
    }


def _disputed(fact: Fact, ticket: Ticket) -> list[str]:
    """Both sides, by our records as they are now."""
    name = ticket.refund_request.member.first_name
    words = _("{name} says {says}, our records say {recorded}. {name} writes: “{why}”")
    return [
        words.format(
            name=name,
            says=value_in_words(fact, dispute.says, live.policy, currency=live.order.currency),
            recorded=value_in_words(fact, dispute.recorded, live.policy, currency=live.order.currency),
            why=dispute.why,
        )
        for live in ticket.answers
        if live.order is not None and (dispute := live.disputed.get(fact.name))
    ]


def _found_by_fact(ticket: Ticket) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in ticket.findings:
        found.setdefault(finding.fact, []).insert(0, finding)
    return found


def _as_established(fact: Fact, found: Sequence[Finding]) -> list[Established]:
    return [
        Established(
            value=value_words(fact, finding.value),
            note=finding.note,
            pictures=[
                (one["name"], reverse("members:evidence", args=[one["pk"], one["name"]]))
                for one in finding.picture_rows  # type: ignore[attr-defined]  # findings_with_pictures
            ],
            author=str(finding.author),
            at=finding.at,
            superseded=number > 0,
        )
        for number, finding in enumerate(found)
    ]


def value_words(fact: Fact, value: object) -> str:
    """A finding as people say it."""
    if value is None:
        return _("cannot be established")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _form(fact: Fact, ticket: Ticket, user: User | None, failed: FindingForm | None) -> FindingForm | None:
    """The form for those who may tell the fact now; one that just failed is shown again whatever happened."""
    if failed is not None and failed.fact.name == fact.name:
        return failed
    if user is None or not may_establish(fact, user) or _is_told_by_defect(fact, ticket):
        return None
    if fact.source is not Source.ENGINEER and not is_held_by(ticket, user):
        return None
    # A finding is shown by pictures of its own request, not of one that was merged into it.
    own = [each for each in ticket.evidence if each.refund_request_id == ticket.refund_request.pk]
    return FindingForm(fact=fact, evidence=own)


def _is_told_by_defect(fact: Fact, ticket: Ticket) -> bool:
    """Whether the verdict on the linked defect tells it, for all requests at once."""
    asked = ticket.refund_request
    return fact.name in told_by_defect(asked.defect, still_broken_in=asked.still_broken_in)


def is_held_by(ticket: Ticket, user: User) -> bool:
    """Whether `user` examines the request now."""
    refund_request = ticket.refund_request
    return refund_request.state == State.EXAMINING and refund_request.holder_id == user.pk


def _whose(fact: Fact, ticket: Ticket) -> str:
    """Who tells the fact, for those who look on; empty where the condition itself says so."""
    if not ticket.to_be_decided or fact.source is Source.ENGINEER:
        return ""
    return _("The representative who examines it finds this out.")


def _panel(live: LiveAnswer, left: dict[str, Task]) -> Panel:
    """The panel of one order; takes the tasks it shows out of `left`."""
    order = live.order
    return Panel(
        order_number=order.number if order else "",
        version=live.version.version,
        clauses=[*_form_line(live.answer), *_lines(live, left)],
        outcome=OUTCOMES[live.answer.outcome],
        text=verdict_words(live, order.currency if order else ""),
        law=law_words(live),
        lacks_country=live.lacks_country,
    )


def _form_line(answer: Answer) -> list[ClauseLine]:
    """What the form had to contain, in one line when all of it is there."""
    needed = _needed(answer)
    if not needed or any(condition.mark is not Mark.MET for condition in needed):
        return []
    paragraphs = ", ".join(condition.id for condition in needed)
    return [ClauseLine("met", _("The form contains all that the policy asks for"), "", paragraphs, "")]


def _needed(answer: Answer) -> list[ConditionResult]:
    return [
        condition
        for clause in answer.clauses
        if clause.applies is True
        for condition in clause.conditions
        if condition.role is Role.NEEDED
    ]


def _lines(live: LiveAnswer, left: dict[str, Task]) -> list[ClauseLine]:
    """The conditions one by one, each with the tasks that it asks for; those are taken out of `left`."""
    said_already = {condition.id for condition in _needed(live.answer)} if _form_line(live.answer) else set()
    conditions = {c.id: c for clause in live.answer.clauses for c in clause.conditions}
    page = document_page(live)
    return [
        ClauseLine(
            mark=MARKS[line.mark],
            prose=line.text,
            why="" if _is_disputed(conditions[line.id], live) else line.because,
            paragraph=line.id,
            url=f"{page}#{line.anchor}",
            tasks=[left.pop(name) for name in _under(live, conditions[line.id].facts) if name in left],
        )
        for line in explain(live.answer, "desk").lines
        if line.id not in said_already
    ]


def _is_disputed(condition: ConditionResult, live: LiveAnswer) -> bool:
    """Whether it waits for disputed records alone; then the task tells both sides."""
    waits_for = [fact.name for fact in condition.waits_for]
    return bool(waits_for) and all(name in live.disputed for name in waits_for)


def _under(live: LiveAnswer, names: Sequence[str]) -> list[str]:
    return sorted(live.document.facts_under(names))


def verdict_words(live: LiveAnswer, currency: str) -> str:
    """What the policy answers, or the statute that counts above it, in a sentence or two."""
    answer = live.answer
    by = ", ".join(f"§ {paragraph}" for paragraph in answer.decided_by)
    amount = amount_words([kept(answer, currency)]) if currency else ""
    if answer.outcome is Outcome.ELIGIBLE and live.law:
        return _("By law: refund {amount} ({by}).").format(amount=amount, by=by)
    if answer.outcome is Outcome.ELIGIBLE:
        return _("By the policy: refund {amount} ({by}).").format(amount=amount, by=by)
    if answer.outcome is Outcome.INELIGIBLE:
        return _("By the policy: no refund ({by}).").format(by=by)
    if answer.why is Why.TO_ESTABLISH:
        return _open_words(answer, currency)
    if answer.why is Why.PERSON and live.law:
        return _("The law leaves this to a person ({by}).").format(by=by)
    if answer.why is Why.PERSON:
        return _("The policy leaves this to a person ({by}).").format(by=by)
    if answer.why is Why.CONTRADICTION:
        return _("Two clauses grant different amounts ({by}), so a person decides.").format(by=by)
    return _("No clause of the policy speaks of such a case, so a person decides.")


def _open_words(answer: Answer, currency: str) -> str:
    open_yet = len(answer.looked_for)
    words = _("To be established: {count}.").format(count=open_yet)
    if not open_yet:
        words = _("What the policy asks cannot be established, so a person decides.")
    if answer.at_stake is None or not currency:
        return words
    amount = amount_in_words(Money.rounded(answer.at_stake, currency))
    return words + " " + _("If it comes out well: refund {amount}.").format(amount=amount)
