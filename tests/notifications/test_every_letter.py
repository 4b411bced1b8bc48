"""What holds for every letter: the same words as text and HTML, one link, written once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications import invitations, letters, money_letters, trial_letters
from makegood.notifications.models import Letter
from makegood.notifications.topics import OPTIONAL
from tests import cases
from tests.at_once import at_once, refusals
from tests.jobs import jobs
from tests.notifications.scenes import (
    Writer,
    every_letter,
    on_one_line,
    received,
    without_transaction,
    words_of,
)
from tests.people import NOON

pytestmark = pytest.mark.django_db


@every_letter
def test_text_and_html_say_the_same_words(write: Callable[[], Letter]) -> None:
    letter = write()
    bare = re.sub(r":?\s*http://testserver\S+", "", letter.text)
    assert re.sub(r"\s+(?=[:,.])", "", words_of(letter.html)) == re.sub(
        r"\s+(?=[:,.])", "", on_one_line(bare)
    )


@every_letter
def test_there_is_one_link_and_it_leads_to_this_site(write: Callable[[], Letter]) -> None:
    """A letter that one can do without has another, which ends such letters."""
    letter = write()
    links = re.findall(r'(?:href|src|background|action)="([^"]*)"', letter.html)
    assert links == re.findall(r"https?://\S+", letter.text)
    assert len(links) == (2 if letter.kind in OPTIONAL else 1)
    assert links[0].startswith("http://testserver/")
    assert all(link.startswith("http://testserver/letters/end/") for link in links[1:])


@every_letter
def test_nothing_is_loaded_from_anywhere(write: Callable[[], Letter]) -> None:
    page = write().html
    assert not re.search(r"<(img|script|iframe|link|object|form|input|svg|audio|video)\b|url\(|@import", page)


@every_letter
def test_it_reads_in_the_dark_too(write: Callable[[], Letter]) -> None:
    assert '<meta name="color-scheme" content="light dark">' in write().html


@every_letter
def test_it_is_tidy(write: Callable[[], Letter]) -> None:
    text = write().text
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert not re.search(r"[{}%]|None|&\w+;", text), "no template showed through"


@every_letter
def test_written_twice_it_is_one_letter_sent_once(write: Callable[[], Letter]) -> None:
    letter = write()
    room = next(
        each for each in (letters, trial_letters, money_letters, invitations) if hasattr(each, letter.kind)
    )
    writer: Writer = getattr(room, letter.kind)
    assert writer(letter.event, letter.written_at + timedelta(days=1)) == letter
    assert Letter.objects.count() == 1
    assert jobs("todo").count("notifications.send_letter") == 1


@without_transaction
def test_written_by_8_workers_at_once_it_is_one_letter() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    ends = at_once(*[lambda: letters.received(event, NOON)] * 8)
    assert refusals(ends) == []
    assert Letter.objects.count() == jobs("todo").count("notifications.send_letter") == 1


@without_transaction
def test_whoever_writes_a_letter_waits_for_who_is_writing_it_now() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)

    def write_without_waiting() -> Letter | None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return letters.received(event, NOON)

    with transaction.atomic():
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        (waited,) = at_once(write_without_waiting)
    assert isinstance(waited, OperationalError)


@without_transaction
def test_undone_with_its_transaction_it_leaves_neither_letter_nor_job() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    with transaction.atomic():
        letters.received(event, NOON)
        transaction.set_rollback(True)
    assert not Letter.objects.exists()
    assert "notifications.send_letter" not in jobs("todo")


def test_a_letter_links_to_the_page_of_its_request() -> None:
    letter = received()
    assert f"http://testserver/refunds/{letter.thread}/" in letter.text


def test_nobody_writes_to_a_closed_account() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    User.objects.filter(email="olena@example.com").update(is_active=False)
    assert letters.received(event, NOON) is None
    assert not Letter.objects.exists()
