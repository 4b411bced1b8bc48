"""A replay in words: what was decided, what another version says, and each condition that differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from makegood.accounts.templatetags.said import list_in_words
from makegood.desk.examination import MARKS, OUTCOMES, verdict_words
from makegood.desk.ticket import Ticket
from makegood.policy import ConditionResult, Mark
from makegood.refund_requests.assessing import LiveAnswer, answers_from
from makegood.refund_requests.models import PolicyVersion
from makegood.refund_requests.replaying import Change, Compared, Replay, compare, replay, with_money_as_it_was

CAME_OUT: Mapping[Mark, Promise] = {
    Mark.MET: pgettext_lazy("a condition of the policy", "met"),
    Mark.NOT_MET: pgettext_lazy("a condition of the policy", "not met"),
    Mark.OPEN: pgettext_lazy("a condition of the policy", "open"),
    Mark.PERSON: pgettext_lazy("a condition of the policy", "for a person"),
    Mark.NOT_SO: pgettext_lazy("a condition of the policy", "nothing against it"),
}
CHANGES: Mapping[Change, Promise] = {
    Change.OTHERWISE: gettext_lazy("Comes out otherwise; by the other version: {was}."),
    Change.REWORDED: gettext_lazy("Reads otherwise; the other version: “{words}” ({was})."),
    Change.NEW: gettext_lazy("Not in the other version."),
    Change.GONE: gettext_lazy("No longer in the policy; by the other version: {was}."),
}


@dataclass(frozen=True)
class Line:
    """One condition as `partials/clauses.html` shows it; `change` says how it differs, empty if not."""

    mark: str
    prose: str
    why: str
    paragraph: str
    url: str
    change: str

    @property
    def control(self) -> str:
        """The template of what stands under the condition."""
        return "desk/replayed_clause.html" if self.change else ""


@dataclass(frozen=True)
class Told:
    """One order by both versions; `lines` is empty where nothing can differ.

    `lacking`: why the other version says nothing; empty when it does.
    """

    order_number: str
    before_version: str
    before: str
    before_outcome: str
    after: str
    after_outcome: str
    lacking: str
    differs: str
    lines: Sequence[Line]


def replayed_as_kept(ticket: Ticket, version: PolicyVersion) -> list[Told]:
    """Each order of a decided request, from the facts that its decision kept."""
    return [_told(replay(live, version)) for live in ticket.answers]


def replayed_as_known(ticket: Ticket, version: PolicyVersion) -> list[Told]:
    """Each order, from the facts known now; of a decided one, with the money as it was at the decision."""
    known = answers_from(
        ticket.refund_request,
        named=ticket.named,
        findings={finding.fact: finding.value for finding in ticket.findings},
        pictures=ticket.pictures,
        used=ticket.used or None,
        version=version,
    )
    pairs = zip(ticket.answers, known, strict=True)
    if ticket.to_be_decided:
        return [_told(compare(before, after)) for before, after in pairs]
    return [_told(compare(before, with_money_as_it_was(after, before))) for before, after in pairs]


def _told(found: Replay) -> Told:
    before, after = found.before, found.after
    order = before.order
    currency = order.currency if order else ""
    return Told(
        order_number=order.number if order else "",
        before_version=before.version.version,
        before=verdict_words(before, currency),
        before_outcome=OUTCOMES[before.answer.outcome],
        after="" if found.lacking else verdict_words(after, currency),
        after_outcome=OUTCOMES[after.answer.outcome],
        lacking=_lacking(found),
        differs=_differs(found),
        lines=[] if found.is_of_one_version else [_line(each, found) for each in found.conditions],
    )


def _lacking(found: Replay) -> str:
    """What the other version would need to know; empty when it needs nothing more."""
    if not found.lacking:
        return ""
    questions = list_in_words([f"“{fact.question}”" for fact in found.lacking])
    words = _("Version {version} cannot answer from this. It would need to know: {questions}")
    return words.format(version=found.after.version.version, questions=questions)


def _differs(found: Replay) -> str:
    """What is another by the other version, in a sentence."""
    one, other = found.before.answer, found.after.answer
    if found.lacking:
        return ""
    if found.is_of_one_version:
        return _("It is the version in force at the purchase, so nothing differs.")
    if found.is_the_same:
        return _("The outcome and the amount are the same by both.")
    if one.outcome != other.outcome:
        return _("The outcome differs.")
    return _("The outcome is the same, the amount differs.")


def _line(each: Compared, found: Replay) -> Line:
    shown, live = (each.after, found.after) if each.after else (each.before, found.before)
    if shown is None:  # one of both is always there
        raise LookupError(each.change)
    return Line(
        mark=MARKS.get(shown.mark, "met"),
        prose=shown.prose[:1].upper() + shown.prose[1:],
        why=shown.because if shown.mark is not Mark.NOT_SO else "",
        paragraph=shown.id,
        url=_paragraph(live, shown),
        change=_change(each),
    )


def _paragraph(live: LiveAnswer, condition: ConditionResult) -> str:
    page = reverse("desk:policy_version", args=[live.version.version])
    return f"{page}#c-{condition.id.replace('(', '').replace(')', '')}"


def _change(each: Compared) -> str:
    words = CHANGES.get(each.change)
    if words is None:
        return ""
    was = each.before
    return str(words).format(
        was=CAME_OUT[was.mark] if was else "", words=was.prose.rstrip(".") if was else ""
    )
