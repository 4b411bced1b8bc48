"""Where a request stands, as news: the headline, what follows, and the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.accounts.templatetags.said import (
    day_in_words,
    deadline,
    deadline_in_words,
    money,
    number_in_words,
)
from makegood.audit.actions import Action
from makegood.members.ticket.reading import Ticket
from makegood.money import Money, total
from makegood.queue.board import Place
from makegood.refund_requests.states import UNDECIDED, State
from makegood.refunds.states import NEEDS_A_PERSON, PAID
from makegood.refunds.states import State as RefundState

SHORT: dict[State, Promise] = {
    State.WAITING: gettext_lazy("In the queue"),
    State.EXAMINING: gettext_lazy("We are examining it"),
    State.ASKED: gettext_lazy("Waiting for your answer"),
    State.WITH_ENGINEERS: gettext_lazy("With our engineers"),
    State.TRYING_FIX: gettext_lazy("Please try the fix"),
    State.AWAITING_APPROVAL: gettext_lazy("We are checking our decision"),
    State.APPROVED: gettext_lazy("Approved, the money is on its way"),
    State.REFUNDED: gettext_lazy("The money has arrived"),
    State.DECLINED: gettext_lazy("Declined"),
    State.WITHDRAWN: gettext_lazy("Withdrawn by you"),
    State.SOLVED: gettext_lazy("Solved by a fix"),
    State.MERGED: gettext_lazy("Goes on in another request"),
}
TAGS: dict[State, str] = {
    State.APPROVED: "met",
    State.REFUNDED: "met",
    State.DECLINED: "unmet",
    State.ASKED: "open",
    State.TRYING_FIX: "open",
    State.SOLVED: "met",
}
TO: dict[str, Promise] = {
    "card": gettext_lazy("your card"),
    "paypal": gettext_lazy("your PayPal account"),
    "bank": gettext_lazy("your bank account"),
    "sepa": gettext_lazy("your bank account"),
    "wire": gettext_lazy("your bank account"),
}
STAGES = (
    gettext_lazy("Received"),
    gettext_lazy("Examined"),
    gettext_lazy("Approved"),
    gettext_lazy("On its way"),
    gettext_lazy("Arrived"),
)


@dataclass(frozen=True)
class News:
    """The headline of a ticket, and the sentence under it."""

    headline: str
    follows: str


def news_of(ticket: Ticket) -> News:
    """What the member should know first."""
    if ticket.state is State.WAITING:
        return _waiting(ticket)
    if ticket.state is State.APPROVED:
        return _approved(ticket)
    if ticket.state is State.REFUNDED:
        return _arrived(ticket)
    if ticket.state is State.TRYING_FIX:
        return _trying(ticket)
    if ticket.state is State.SOLVED:
        return _solved(ticket)
    if ticket.state is State.MERGED:
        return _merged(ticket)
    headline, follows = _NEWS[ticket.state]
    if ticket.state is State.WITH_ENGINEERS:
        return News(str(headline), f"{follows} {_expected_answer(ticket)}".strip())
    return News(str(headline), str(follows))


_NEWS: dict[State, tuple[Promise, Promise]] = {
    State.EXAMINING: (
        gettext_lazy("We are examining your request"),
        gettext_lazy("A representative has it open now. You need not do anything."),
    ),
    State.ASKED: (
        gettext_lazy("We need an answer from you"),
        gettext_lazy(
            "Please read our last message and write to us below. Your request then returns to its place."
        ),
    ),
    State.WITH_ENGINEERS: (
        gettext_lazy("Our engineers are looking at it"),
        gettext_lazy(
            "They try to make the bug happen, and then to fix it. If there is a fix, you get it first."
        ),
    ),
    State.AWAITING_APPROVAL: (
        gettext_lazy("We are checking our decision"),
        gettext_lazy("A second person looks at it before you get it. You need not do anything."),
    ),
    State.DECLINED: (
        gettext_lazy("We cannot refund this"),
        gettext_lazy(
            "Why, clause by clause, is in our decision below, with what you can do if you see it differently."
        ),
    ),
    State.WITHDRAWN: (
        gettext_lazy("You have withdrawn this request"),
        gettext_lazy("Nothing more happens with it. You can ask anew as long as our policy allows it."),
    ),
}


def _expected_answer(ticket: Ticket) -> str:
    """Until when the engineers mean to answer, also when they did not; empty when no day was named."""
    defect = ticket.refund_request.defect
    if defect is None or defect.fix_due_on is None:
        return ""
    words = (
        _("They had meant to answer by {day}, and did not. We are sorry; they go on with it.")
        if defect.overdue_since
        else _("They mean to say by {day} whether it can be fixed.")
    )
    return words.format(day=day_in_words(defect.fix_due_on))


def _waiting(ticket: Ticket) -> News:
    return News(_in_the_queue(ticket), _before(ticket.place))


def _in_the_queue(ticket: Ticket) -> str:
    if came_back(ticket):
        return _("Your refund came back to us; we are finding another way")
    return _("We look at your request again") if _is_reopened(ticket) else _("Your request is in the queue")


def _before(place: Place | None) -> str:
    if place is None or not place.before:
        return _("It is the next one that we examine.")
    if place.is_more:
        words = _("More than {count} requests are before yours; we examine them first come, first served.")
    else:
        words = ngettext(
            "{count} request is before yours; we examine them first come, first served.",
            "{count} requests are before yours; we examine them first come, first served.",
            place.before,
        )
    return words.format(count=number_in_words(place.before))


def came_back(ticket: Ticket) -> bool:
    """Whether the bank returned the money, and nothing was decided since."""
    turns = (Action.REFUND_BOUNCED, Action.APPROVED, Action.DECLINED)
    told = [event.action for event in ticket.talk.events if event.action in turns]
    return _is_reopened(ticket) and told[-1:] == [Action.REFUND_BOUNCED]


def _is_reopened(ticket: Ticket) -> bool:
    return ticket.refund_request.round > 1


def _approved(ticket: Ticket) -> News:
    amount = money(refunded(ticket))
    if ticket.refunds and all(refund.state in PAID for refund in ticket.refunds):
        return News(
            _("{amount} is on its way to {place}").format(amount=amount, place=_to(ticket)),
            _("We write again when it has arrived; until then you need not do anything."),
        )
    headline = _("We refund {amount}").format(amount=amount)
    if any(refund.state in NEEDS_A_PERSON for refund in ticket.refunds):
        return News(headline, _("The payment did not go through at once; our finance department is on it."))
    if any(refund.state in PAID for refund in ticket.refunds):
        return News(headline, _("A part of it has left; we write when the rest is on its way."))
    return News(headline, _("The payment is being made; we write when it is on its way."))


def _arrived(ticket: Ticket) -> News:
    amount = money(refunded(ticket))
    return News(
        _("{amount} has arrived").format(amount=amount),
        _("It went to {place}. This request is closed.").format(place=_to(ticket)),
    )


def _trying(ticket: Ticket) -> News:
    asked = ticket.refund_request
    if asked.try_until is None:  # a constraint of the table keeps this from happening
        raise LookupError(asked.reference)
    return News(
        _("Please try version {version}").format(version=asked.fix_to_try),
        _(
            "Our engineers say that it fixes the defect. Tell us by {when} whether it does. If we hear "
            "nothing until then, we take it that it works and close the request."
        ).format(when=deadline_in_words(asked.try_until)),
    )


def _solved(ticket: Ticket) -> News:
    version = ticket.refund_request.fix_to_try
    told = [event.action for event in ticket.talk.events]
    words = (
        _("We heard nothing until the day on which we had asked, so we closed the request.")
        if Action.SOLVED_BY_SILENCE in told[-1:]
        else _("You told us that it works.")
    )
    again = _("If it happens again, write to us below and we look at it again.")
    return News(_("Version {version} solves it").format(version=version), f"{words} {again}")


def _merged(ticket: Ticket) -> News:
    into = ticket.refund_request.merged_into
    if into is None:  # a constraint of the table keeps this from happening
        raise LookupError(ticket.refund_request.reference)
    return News(
        _("This request goes on in {reference}").format(reference=into.reference),
        _(
            "You asked about the same thing twice, so we look at both together. Nothing of what you told us "
            "is lost, and the earlier of both places in the queue counts. Please read and write there."
        ),
    )


def refunded(ticket: Ticket) -> Money:
    """What the decision gives back in all."""
    if ticket.decision is not None:
        return ticket.decision.amount
    amounts = [refund.amount for refund in ticket.refunds]
    return total(amounts, amounts[0].currency)


def _to(ticket: Ticket) -> str:
    if any(refund.provider != refund.payment.provider for refund in ticket.refunds):
        return _("you")  # another way than it was paid, as agreed
    methods = {refund.payment.method for refund in ticket.refunds}
    one = methods.pop() if len(methods) == 1 else ""
    return str(TO.get(one, _("where you paid from")))


def promise_of(ticket: Ticket, *, at: datetime) -> SafeString:
    """By when the member hears from us, or that we did not keep it; empty when the next step is not ours."""
    if ticket.promised_at is None:
        return SafeString("")
    words = (
        _("We write to you by {when}, here and by e-mail, even if there is nothing new.")
        if at <= ticket.promised_at
        else _(
            "We had promised to write to you by {when}, and we did not. We are sorry. Your request keeps its "
            "place, and the whole refund department sees that it is late."
        )
    )
    return format_html(words, when=format_html("<b>{}</b>", deadline(ticket.promised_at)))


def stages_of(ticket: Ticket) -> list[Mapping[str, object]]:
    """The stages as `partials/progress.html` shows them."""
    if ticket.state is State.WITHDRAWN:
        return [_stage(STAGES[0], "done"), _stage(_("Withdrawn"), "stopped")]
    if ticket.state is State.MERGED:
        return [_stage(STAGES[0], "done"), _stage(SHORT[State.MERGED], "stopped")]
    if ticket.state is State.DECLINED:
        return [_stage(STAGES[0], "done"), _stage(STAGES[1], "done"), _stage(_("Declined"), "stopped")]
    if ticket.state is State.SOLVED:
        return [_stage(STAGES[0], "done"), _stage(STAGES[1], "done"), _stage(SHORT[State.SOLVED], "done")]
    reached = _reached(ticket)
    return [
        _stage(label, "done" if place < reached else "current" if place == reached else "todo")
        for place, label in enumerate(_labels(ticket))
    ]


def _labels(ticket: Ticket) -> list[str]:
    labels = [str(label) for label in STAGES]
    if ticket.state is State.WAITING:
        labels[1] = _("In the queue")
    elif ticket.state in UNDECIDED:
        labels[1] = str(SHORT[ticket.state])
    return labels


def _reached(ticket: Ticket) -> int:
    """The number of the present stage; behind the last one, everything is done."""
    if ticket.state is State.REFUNDED:
        return len(STAGES)
    if ticket.state is State.APPROVED:
        sent = ticket.refunds and all(refund.state in PAID for refund in ticket.refunds)
        arrived = sent and all(refund.state == RefundState.SETTLED for refund in ticket.refunds)
        return 4 if arrived else 3 if sent else 2
    return 1


def _stage(label: Promise | str, state: str) -> Mapping[str, object]:
    return {"label": str(label), "state": state}
