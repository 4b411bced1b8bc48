"""The conversation of a ticket: what the member asked, what was said since, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.desk.ticket import Ticket
from makegood.refund_requests import disputes
from makegood.refund_requests.models import Evidence, Message, Visibility

# Said by the message, the note, the picture or the form itself, which stand in the conversation.
SHOWN_OTHERWISE = frozenset(
    {
        Action.SUBMITTED,
        Action.MESSAGE_FROM_MEMBER,
        Action.MESSAGE_FROM_US,
        Action.NOTE_WRITTEN,
        Action.EVIDENCE_ADDED,
        # What goes well at the shop stands with the decision.
        Action.EFFECT_PLANNED,
        Action.EFFECT_SENT,
        Action.EFFECT_CONFIRMED,
        Action.EFFECT_REVERSED,
    }
)


@dataclass(frozen=True)
class Item:
    """One entry as `partials/conversation.html` shows it; `kind` is said, note or happened.

    `token` is that of the form which the reader sent it with; None for what others said.
    `key`: its name on the page for good.
    `origin`: the number of the request from which it came here; empty for what was said here.
    """

    kind: str
    by: str
    at: datetime
    body: str
    key: str
    is_mine: bool = False
    origin: str = ""
    attachments: Sequence[dict[str, object]] = ()
    token: UUID | None = None


@dataclass(frozen=True)
class Told:
    """What the member told in the form: question and answer, and the files sent with it."""

    by: str
    at: datetime
    answers: Sequence[tuple[str, str]]
    attachments: Sequence[dict[str, object]]


def told_in_the_form(ticket: Ticket) -> Told:
    """The form as it was sent."""
    refund_request = ticket.refund_request
    return Told(
        by=str(refund_request.member),
        at=refund_request.received_at,
        answers=answers_in_order(ticket),
        attachments=_sent_with_form(ticket, refund_request.pk),
    )


def _sent_with_form(ticket: Ticket, key: int) -> list[dict[str, object]]:
    rows = (one for one in ticket.evidence if one.refund_request_id == key)
    return [attachment(one) for one in rows if one.message_id is None]


def _merged_forms(ticket: Ticket) -> Iterator[Item]:
    """What the forms told of the requests that go on here."""
    facts = ticket.answers[0].policy.facts if ticket.answers else {}
    for merged in ticket.merged:
        told = [
            f"{facts[name].question if name in facts else name}\n{value}"
            for name, value in merged.answers.items()
        ]
        yield Item(
            kind="said",
            by=str(ticket.refund_request.member),
            at=merged.received_at,
            body="\n\n".join(told),
            key=f"form-{merged.pk}",
            attachments=_sent_with_form(ticket, merged.pk),
            origin=merged.reference,
        )


def answers_in_order(ticket: Ticket) -> list[tuple[str, str]]:
    """Question and answer as the policy orders them; an answer it no longer asks for keeps its bare name."""
    told = ticket.refund_request.answers
    facts = ticket.answers[0].policy.facts if ticket.answers else {}
    asked = [(fact.question, str(told[name])) for name, fact in facts.items() if name in told]
    unasked = [(name, str(value)) for name, value in told.items() if name not in facts]
    return [*asked, *_disputed(ticket), *unasked]


def _disputed(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Which of our records the member said are wrong."""
    words = _("{says}, and not {recorded} as our records said then.")
    for said in disputes.told(ticket.named, ticket.answers[0].policy) if ticket.answers else ():
        yield said.question, f"{words.format(says=said.says, recorded=said.recorded)}\n{said.why}"


def conversation(ticket: Ticket, user: User) -> list[Item]:
    """Everything since the form was sent, oldest first."""
    items = [*_messages(ticket, user), *_merged_forms(ticket), *_events(ticket.events)]
    return sorted(items, key=lambda item: item.at)


def _messages(ticket: Ticket, user: User) -> Iterator[Item]:
    for message in ticket.messages:
        yield Item(
            kind="note" if message.visibility == Visibility.INTERNAL else "said",
            by=_author(message),
            at=message.at,
            body=message.body,
            key=f"message-{message.pk}",
            is_mine=message.author_id == user.pk and message.from_staff,
            attachments=[attachment(one) for one in ticket.evidence if one.message_id == message.pk],
            token=message.form_token if message.author_id == user.pk else None,
            origin=_origin(message, ticket),
        )


def _origin(message: Message, ticket: Ticket) -> str:
    """The number of the request in which it was said, if that was another one."""
    is_here = message.refund_request_id == ticket.refund_request.pk
    return "" if is_here else message.refund_request.reference


def _author(message: Message) -> str:
    return str(message.author)


def _events(events: Sequence[Event]) -> Iterator[Item]:
    for event in events:
        if Action(event.action) not in SHOWN_OTHERWISE:
            by = who(event)
            body = f"{event.sentence} ({by})" if by else event.sentence
            yield Item(kind="happened", by=by, at=event.at, body=body, key=f"event-{event.pk}")


def who(event: Any) -> str:
    """Who of the desk did it; empty for members and the system, whose sentences speak for themselves."""
    return (event.actor_name or "") if event.actor_kind == "staff" else ""


def attachment(evidence: Evidence) -> dict[str, object]:
    """A file as `partials/evidence_list.html` shows it."""
    pages = [
        {"number": page, "url": reverse("members:evidence_page", args=[evidence.pk, page])}
        for page in range(1, evidence.thumbnails + 1)
    ]
    return {
        "name": evidence.name,
        "url": reverse("members:evidence", args=[evidence.pk, evidence.name]),
        "thumbnail_url": pages[0]["url"] if pages else None,
        "pages": evidence.pages,
        "more_pages": pages[1:],
        "size": evidence.byte_size,
        "state": "checked",
    }
