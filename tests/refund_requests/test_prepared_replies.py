"""Prepared replies: written with known placeholders only, filled in as plain text, changed on the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.refund_requests.conversation import write_as_staff
from makegood.refund_requests.models import PreparedReply
from makegood.refund_requests.prepared_replies.filling import (
    PLACEHOLDERS,
    NotFilledIn,
    UnknownPlaceholder,
    fill_in,
    require_known,
)
from makegood.refund_requests.prepared_replies.writing import (
    MayNotPrepare,
    ReplyChangedMeanwhile,
    TitleTaken,
    change,
    prepare,
)
from tests.at_once import at_once, refusals
from tests.cases import messages_of
from tests.desk.scenes import held_by_petro
from tests.people import NOON, aud, finn, marta, ola, petro

AS_IT_IS: dict[str, Any] = {
    "title": "Which version",
    "body": "Dear {first_name}",
    "language": "",
    "product": None,
}


def test_placeholders_are_replaced_once_and_as_text() -> None:
    said = fill_in("{first_name}: {reference} {{}} %s", {"first_name": "{reference}", "reference": "R-1"})
    assert said == "{reference}: R-1 {{}} %s"


def test_what_cannot_be_filled_in_stays_to_be_seen() -> None:
    assert fill_in("by {next_update}", {"next_update": ""}) == "by {next_update}"


@pytest.mark.parametrize("name", ["last_name", "first_name.upper", "FIRST_NAME", " first_name", "0", ""])
def test_an_unknown_placeholder_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(UnknownPlaceholder) as refused:
        require_known(f"Dear {{{name}}}")
    assert f"“{{{name}}}” is not a placeholder" in str(refused.value)
    assert all(f"{{{known}}}" in str(refused.value) for known in PLACEHOLDERS)


@pytest.mark.django_db
def test_each_change_is_an_event_that_keeps_the_words() -> None:
    reply = prepare(**AS_IT_IS, by=ola(), at=NOON)
    new = {**AS_IT_IS, "body": "Hello {first_name}"}
    changed = change(reply, **new, is_offered=True, edition=1, by=ola(), at=NOON)
    assert (changed.body, changed.edition) == ("Hello {first_name}", 2)
    events = Event.objects.filter(subject_kind="preparedreply", subject_id=reply.pk).order_by("id")
    assert [(event.action, event.details["body"]) for event in events] == [
        ("prepared_reply.prepared", "Dear {first_name}"),
        ("prepared_reply.changed", "Hello {first_name}"),
    ]


@pytest.mark.django_db
def test_a_change_of_what_somebody_else_changed_is_refused() -> None:
    reply = prepare(**AS_IT_IS, by=ola(), at=NOON)
    change(reply, **{**AS_IT_IS, "body": "First"}, is_offered=True, edition=1, by=ola(), at=NOON)
    with pytest.raises(ReplyChangedMeanwhile):
        change(reply, **{**AS_IT_IS, "body": "Second"}, is_offered=True, edition=1, by=ola(), at=NOON)
    reply.refresh_from_db()
    assert reply.body == "First"


@pytest.mark.django_db
@pytest.mark.parametrize("who", [petro, marta, finn, aud])
def test_writing_for_everybody_is_a_right_of_its_own(who: Callable[[], User]) -> None:
    with pytest.raises(MayNotPrepare):
        prepare(**AS_IT_IS, by=who(), at=NOON)
    assert not PreparedReply.objects.exists()


@pytest.mark.django_db
def test_one_title_means_one_reply_until_it_is_offered_no_longer() -> None:
    first = prepare(**AS_IT_IS, by=ola(), at=NOON)
    with pytest.raises(TitleTaken):
        prepare(**AS_IT_IS, by=ola(), at=NOON)
    change(first, **AS_IT_IS, is_offered=False, edition=1, by=ola(), at=NOON)
    assert prepare(**AS_IT_IS, by=ola(), at=NOON).pk != first.pk


@pytest.mark.django_db
def test_the_database_refuses_a_reply_that_says_nothing() -> None:
    with pytest.raises(IntegrityError, match="prepared_reply_says_something"), transaction.atomic():
        PreparedReply.objects.create(title="Empty", body="", saved_by=ola(), saved_at=NOON)


@pytest.mark.django_db
def test_a_message_with_a_placeholder_left_in_it_is_not_sent() -> None:
    held = held_by_petro()
    said: dict[str, Any] = {"token": uuid4(), "by": petro(), "at": timezone.now(), "seen_up_to": 0}
    with pytest.raises(NotFilledIn, match="next_update"):
        write_as_staff(held, body="You hear from us by {next_update}.", **said)
    write_as_staff(held, body="Please set {home} = ~", **said)
    assert messages_of(held) == ["Please set {home} = ~"]


@pytest.mark.django_db(transaction=True)
def test_of_two_replies_given_one_title_at_once_one_is_told_that_it_is_taken() -> None:
    by = ola()
    ends = at_once(
        *[lambda: prepare(title="Same", body="Hello", language="", product=None, by=by, at=NOON)] * 3
    )
    assert [type(refused) for refused in refusals(ends)] == [TitleTaken] * 2
    assert PreparedReply.objects.filter(title="Same").count() == 1
