"""The page of one request: the conversation, and beside it the examination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs
from makegood.desk.attachments import ACCEPTED
from makegood.desk.effect_words import at_the_shop
from makegood.desk.examination import examine, is_held_by
from makegood.desk.filling_replies import filled_reply
from makegood.desk.forms.findings import FindingForm
from makegood.desk.forms.writing import (
    AnswerForm,
    LinkForm,
    LookAgainForm,
    MergeForm,
    MessageForm,
    NoNewsForm,
    NoteForm,
    ReasonForm,
)
from makegood.desk.lease_words import lease_words
from makegood.desk.merged_requests import merged_of
from makegood.desk.order_facts import order_sheets, other_orders, tried_words
from makegood.desk.presence import presence_words
from makegood.desk.promise_to_keep import promise_to_keep
from makegood.desk.signals import signals_of
from makegood.desk.standing import ground_words, state_standing, state_words
from makegood.desk.ticket import Ticket, read_ticket
from makegood.desk.timeline import answers_in_order, conversation, told_in_the_form
from makegood.refund_requests.holding import OwnRequest, may_go_on
from makegood.refund_requests.looking import ASKED_EVERY
from makegood.refund_requests.looking_again import may_be_looked_at_again
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import DECIDED, State

FROM_OTHERS = 409
INVALID = 422


@dataclass(frozen=True)
class Failed:
    """The form that was just refused, with what was typed; the others are fresh."""

    message: MessageForm | None = None
    note: NoteForm | None = None
    put_back: ReasonForm | None = None
    choose: ReasonForm | None = None
    finding: FindingForm | None = None
    answer: AnswerForm | None = None
    look_again: LookAgainForm | None = None
    no_news: NoNewsForm | None = None
    link: LinkForm | None = None
    merge: MergeForm | None = None

    @property
    def form(self) -> forms.Form | None:
        """The one that failed."""
        talking = self.message or self.note or self.answer
        working = self.put_back or self.choose or self.finding or self.look_again
        return talking or working or self.no_news or self.link or self.merge


@needs(Right.SEE_DESK)
@require_safe
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """The ticket as it stands; `?macro=` fills that prepared reply into the message."""
    return page(request, reference, macro=request.GET.get("macro", ""))


def page(
    request: StaffRequest,
    reference: str,
    *,
    failed: Failed | None = None,
    problems: Sequence[str] = (),
    macro: str = "",
    status: int = 200,
) -> HttpResponse:
    """The ticket, with the form that failed and what was typed in it, and `problems`. Raises Http404.

    `macro`: the prepared reply that is filled into the messages.
    """
    context = page_context(request.user, reference, failed=failed, problems=problems, macro=macro)
    return render(request, "desk/request.html", context, status=status)


def page_context(
    user: User,
    reference: str,
    *,
    failed: Failed | None = None,
    problems: Sequence[str] = (),
    macro: str = "",
) -> dict[str, object]:
    """What the ticket shows to `user`; see `page`. Raises Http404."""
    ticket = read_ticket(user, reference)
    failed = failed or Failed()
    words = filled_reply(ticket, user, macro) if macro else ""
    return {
        "ticket": ticket,
        "refund_request": ticket.refund_request,
        "form": failed.form,
        "problems": problems,
        **_news(ticket, user, failed),
        "promise": promise_to_keep(ticket, user, failed=failed.no_news),
        **_conversation(ticket, user, failed, words),
        **_after_decision(ticket, user, failed, words),
        **_writing(ticket, user),
        **_examination(ticket, user, failed),
    }


def _news(ticket: Ticket, user: User, failed: Failed) -> Mapping[str, object]:
    refund_request = ticket.refund_request
    return {
        "title": _title(ticket),
        "looking": presence_words(ticket.looking),
        "looking_seconds": int(ASKED_EVERY.total_seconds()),
        "ground": ground_words(refund_request.ground),
        "standing": state_standing(refund_request.state),
        "is_mine": is_held_by(ticket, user),
        "is_for_engineers": ticket.is_for_engineers,
        "is_waiting": refund_request.state == State.WAITING,
        "lease_words": lease_words(refund_request),
        "may_take_again": may_go_on(refund_request, user) and user.may(Right.EXAMINE),
        "decision": ticket.decision,
        "at_the_shop": at_the_shop(ticket.foreseen),
        "undelivered": ticket.background.undelivered,
        "may_take": user.may(Right.EXAMINE),
        "choose_form": failed.choose
        or (ReasonForm(auto_id="choose_%s") if _may_choose(refund_request, user) else None),
        "may_decide": is_held_by(ticket, user) and user.may(Right.DECIDE),
        "may_see_money": user.may(Right.SEE_MONEY),
    }


def _may_choose(refund_request: RefundRequest, user: User) -> bool:
    """Whether `user` may take it out of turn."""
    waits = refund_request.state == State.WAITING and refund_request.member_id != user.pk
    return waits and user.may(Right.CHOOSE_REQUESTS)


def _title(ticket: Ticket) -> str:
    """The first thing that the member told, as a headline; without words of theirs, what it is about."""
    told = next((told.strip() for _, told in answers_in_order(ticket) if told.strip()), "")
    line = told.splitlines()[0] if told else ""
    about = f"{ticket.refund_request.product}: {ground_words(ticket.refund_request.ground)}"
    return Truncator(line).chars(90) if line else about


def _writing(ticket: Ticket, user: User) -> Mapping[str, object]:
    return {
        "replies": ticket.replies,
        "may_prepare_replies": user.may(Right.PREPARE_REPLIES),
        "attached": ticket.attached,
        "accepted": ACCEPTED,
    }


def _conversation(ticket: Ticket, user: User, failed: Failed, words: str) -> Mapping[str, object]:
    message_form = failed.message or MessageForm(initial={"seen_up_to": ticket.last_message_id})
    may_note = user.may(Right.EXAMINE) or user.may(Right.GIVE_VERDICT) or user.may(Right.APPROVE)
    return {
        "told": told_in_the_form(ticket),
        "items": conversation(ticket, user),
        "message_form": message_form.with_words(words),
        "shows_composer": is_held_by(ticket, user) or failed.message is not None,
        "note_form": (failed.note or NoteForm(auto_id="note_%s")) if may_note else None,
        "put_back_form": failed.put_back or ReasonForm(auto_id="put_back_%s"),
    }


def _after_decision(ticket: Ticket, user: User, failed: Failed, words: str) -> Mapping[str, object]:
    """Answering what came after the decision; a form that failed stays, though somebody was faster."""
    refund_request, seen = ticket.refund_request, {"seen_up_to": ticket.last_message_id}
    is_own = refund_request.member_id == user.pk
    acts = refund_request.state in DECIDED and user.may(Right.EXAMINE)
    answers, looks = acts and not is_own, may_be_looked_at_again(refund_request)
    answer_form = failed.answer or (AnswerForm(auto_id="answer_%s", initial=seen) if answers else None)
    return {
        "answers_after_decision": acts or failed.answer or failed.look_again,
        "own_request": str(OwnRequest()) if acts and is_own else "",
        "answer_form": answer_form and answer_form.with_words(words),
        "look_again_form": failed.look_again
        or (LookAgainForm(auto_id="look_again_%s", initial=seen) if answers and looks else None),
    }


def _examination(ticket: Ticket, user: User, failed: Failed) -> Mapping[str, object]:
    earlier = [replace(one, state=state_words(one.state)) for one in ticket.background.earlier]
    return {
        "examination": examine(ticket, user, failed=failed.finding),
        "orders": order_sheets(ticket),
        "other_orders": other_orders(ticket),
        "tried": tried_words(ticket.background),
        "earlier": earlier,
        "linked": ticket.linked,
        "merged": merged_of(ticket, at=timezone.now()),
        "merge_form": failed.merge or (MergeForm(auto_id="merge_%s") if is_held_by(ticket, user) else None),
        "link_form": failed.link or (LinkForm(auto_id="link_%s") if user.may(Right.EXAMINE) else None),
        "signals": signals_of(ticket),
    }
