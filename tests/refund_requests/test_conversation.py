"""The ticket: both sides write, nobody writes past the other, notes stay inside."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.refund_requests.conversation import (
    MAX_LENGTH,
    Closed,
    SaysNothing,
    SomeoneWrote,
    TooLong,
    write_as_member,
    write_as_staff,
    write_note,
)
from makegood.refund_requests.holding import LEASE, NotYours
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refund_requests.states import State
from tests import cases
from tests.people import NOON, aud, later, marta, olena, petro, roza

pytestmark = pytest.mark.django_db


def olena_writes(refund_request: RefundRequest, body: str = "Any news?") -> Message:
    return write_as_member(refund_request, body=body, token=uuid4(), by=olena(), at=later(hours=1))


def petro_writes(refund_request: RefundRequest, *, seen_up_to: int = 0, asks: bool = False) -> Message:
    return write_as_staff(
        refund_request,
        body="Which provider do you use?",
        token=uuid4(),
        by=petro(),
        at=later(minutes=20),
        seen_up_to=seen_up_to,
        asks=asks,
    )


def test_what_the_member_writes_is_in_the_ticket_and_recorded_without_its_words() -> None:
    refund_request = cases.a_request()
    olena_writes(refund_request, "My card is 4242")
    event = cases.event_of(refund_request, Action.MESSAGE_FROM_MEMBER)
    assert cases.messages_of(refund_request) == ["My card is 4242"]
    assert "4242" not in str(event.details)


def test_the_members_answer_returns_the_request_to_its_place() -> None:
    held = cases.taken(cases.a_request())
    petro_writes(held, asks=True)
    assert cases.now(held).state == State.ASKED
    olena_writes(held)
    assert (cases.now(held).state, cases.now(held).queued_at) == (State.WAITING, NOON)
    assert cases.happened(held)[-2:] == ["message_from_member", "member_answered"]


def test_writing_when_nobody_asked_moves_nothing() -> None:
    held = cases.taken(cases.a_request())
    olena_writes(held)
    assert cases.now(held).state == State.EXAMINING


def test_writing_to_the_member_lets_the_lease_run_anew() -> None:
    held = cases.taken(cases.a_request())
    petro_writes(held)
    assert cases.now(held).lease_until == later(minutes=20) + LEASE


def test_a_reply_is_refused_while_the_member_wrote_something_unread() -> None:
    held = cases.taken(cases.a_request())
    new = olena_writes(held, "I found out myself")
    with pytest.raises(SomeoneWrote) as refused:
        petro_writes(held)
    assert refused.value.messages == (new,)
    assert petro_writes(held, seen_up_to=new.pk).body == "Which provider do you use?"


def test_a_note_written_meanwhile_does_not_stop_a_reply() -> None:
    held = cases.taken(cases.a_request())
    write_note(held, body="Same as D-118", token=uuid4(), by=marta(), at=NOON)
    assert petro_writes(held).visibility == "public"


def test_only_the_holder_writes_to_the_member() -> None:
    held = cases.taken(cases.a_request(), by=roza())
    with pytest.raises(NotYours):
        petro_writes(held)


def test_a_form_sent_twice_is_one_message() -> None:
    held, token = cases.taken(cases.a_request()), uuid4()
    for _ in range(2):
        write_as_staff(held, body="Hello", token=token, by=petro(), at=NOON, seen_up_to=0)
        write_as_member(
            held, body="Hello?", token=uuid4() if not Message.objects.count() else token, by=olena(), at=NOON
        )
    assert cases.messages_of(held) == ["Hello"]


@pytest.mark.parametrize("body", ["", " \n\t", "\0"])
def test_a_message_without_words_is_refused(body: str) -> None:
    with pytest.raises(SaysNothing):
        olena_writes(cases.a_request(), body)


def test_a_message_may_be_long_but_not_endless() -> None:
    refund_request = cases.a_request()
    olena_writes(refund_request, "a" * MAX_LENGTH)
    with pytest.raises(TooLong):
        olena_writes(refund_request, "a" * (MAX_LENGTH + 1))


def test_a_withdrawn_request_takes_no_more_messages() -> None:
    with pytest.raises(Closed):
        olena_writes(cases.withdrawn())


@pytest.mark.parametrize("person", [olena, aud])
def test_members_and_auditors_write_no_notes(person: object) -> None:
    by: User = person()  # type: ignore[operator]
    with pytest.raises(NotYours):
        write_note(cases.a_request(), body="Psst", token=uuid4(), by=by, at=NOON)


def test_postgresql_refuses_an_internal_note_that_staff_did_not_write() -> None:
    with pytest.raises(IntegrityError, match="internal_notes_are_written_by_staff"), transaction.atomic():
        Message.objects.create(
            refund_request=cases.a_request(),
            author=olena(),
            visibility="internal",
            from_staff=False,
            body="Psst",
            at=NOON,
            form_token=uuid4(),
        )


def test_what_was_written_is_never_changed() -> None:
    olena_writes(cases.a_request())
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        connection.cursor().execute("UPDATE refund_requests_message SET body = 'Never mind'")
