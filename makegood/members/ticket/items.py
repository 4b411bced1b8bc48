"""The conversation in words: each day, what was said on it, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import day_in_words, deadline_in_words, hour_in_words
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.members.evidence import shown_evidence
from makegood.members.ticket.talk import Talk
from makegood.refund_requests.models import Evidence, Message

SAID_TO_THE_MEMBER: dict[Action, Promise] = {
    Action.TAKEN: gettext_lazy("A representative began to examine it"),
    Action.TAKEN_OUT_OF_TURN: gettext_lazy("A representative began to examine it"),
    Action.MEMBER_ASKED: gettext_lazy("We asked you something"),
    Action.ENGINEERS_ANSWERED: gettext_lazy("Our engineers answered"),
    Action.ASKED_TO_TRY: gettext_lazy("There is a fix; we asked you to try it"),
    Action.FIX_FAILED: gettext_lazy("You told us that it still happens; back in the queue at its place"),
    Action.FIX_NOT_HEARD_OF: gettext_lazy(
        "Our letter about the fix came back; your request is in the queue again, at its place"
    ),
    Action.FIX_TAKEN_BACK: gettext_lazy("The fix does not help after all; with our engineers again"),
    Action.FIX_WORKS: gettext_lazy("You told us that the fix works"),
    Action.SOLVED_BY_SILENCE: gettext_lazy("The day for trying the fix is over; closed"),
    Action.WITHDRAWN: gettext_lazy("You withdrew the request"),
    Action.REOPENED: gettext_lazy("We look at it again"),
    Action.PROMISE_MISSED: gettext_lazy("We did not write by the time we had promised; we are sorry"),
}
"""Where the sentence of the desk speaks of the member, or gives reasons that are not for the member."""


@dataclass(frozen=True)
class Item:
    """One entry as `partials/conversation.html` shows it; `kind` is day, said or happened.

    `key` names it on the page for good. `news` announces a message from us to who does not see the page.
    `token` is that of the form which the member sent it with; None for what others said.
    `origin`: the number of the request from which it came here; empty for what was said here.
    """

    kind: str
    key: str
    at: datetime
    body: str
    when: str = ""
    by: str = ""
    is_mine: bool = False
    news: str = ""
    origin: str = ""
    attachments: Sequence[dict[str, object]] = ()
    token: UUID | None = None


def items_of(talk: Talk, evidence: Sequence[Evidence]) -> list[Item]:
    """What was said and what happened, oldest first, each day under its date; `evidence`: of all messages."""
    happened = [(event.at, 0, _happened(event)) for event in talk.events]
    said = [(message.at, 1, _said(message, evidence, talk.of)) for message in talk.messages]
    in_order = (item for _at, _what, item in sorted(happened + said, key=lambda each: each[:2]))
    return list(_by_day(in_order))


def _by_day(items: Iterable[Item]) -> Iterator[Item]:
    for day, same in groupby(items, key=lambda item: timezone.localtime(item.at).date()):
        of_day = list(same)
        yield Item("day", f"day-{day.isoformat()}", of_day[0].at, _day(day))
        yield from of_day


def _day(day: date) -> str:
    return _("Today") if day == timezone.localdate() else day_in_words(day)


def _said(message: Message, evidence: Sequence[Evidence], here: int) -> Item:
    ours = _("{name}, refund department").format(name=message.author.first_name)
    return Item(
        kind="said",
        key=f"message-{message.pk}",
        at=message.at,
        when=hour_in_words(message.at),
        by=ours if message.from_staff else str(message.author),
        body=message.body,
        is_mine=not message.from_staff,
        token=None if message.from_staff else message.form_token,
        news=_("New message from {name}").format(name=ours) if message.from_staff else "",
        attachments=shown_evidence(row for row in evidence if row.message_id == message.pk),
        origin="" if message.refund_request_id == here else message.refund_request.reference,
    )


def _happened(event: Event) -> Item:
    words = _said_to_the_member(event)
    return Item(
        kind="happened",
        key=f"event-{event.pk}",
        at=event.at,
        when=hour_in_words(event.at),
        body=words or event.sentence,
    )


def _said_to_the_member(event: Event) -> str:
    """Empty where the sentence of the desk is for the member too; a person who reopens says why."""
    if event.action == Action.REOPENED and event.actor_id is not None:
        return _("We look at it again: {reason}").format(reason=event.details["reason"])
    if event.action == Action.NO_NEWS_TOLD:
        next_by = datetime.fromisoformat(event.details["next_by"])
        words = _("There is no news yet. You hear from us next by {when}.")
        return words.format(when=deadline_in_words(next_by))
    return str(SAID_TO_THE_MEMBER.get(Action(event.action), ""))
