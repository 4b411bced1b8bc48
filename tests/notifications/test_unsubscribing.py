"""Letters that a person can do without end by one press; the others are owed and say nothing of it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications import sending, trial_letters
from makegood.notifications.models import Letter, Topic, Unsubscribed
from makegood.notifications.topics import OPTIONAL, unsubscribe, wants
from makegood.orders.trials import note_ends
from tests.notifications.scenes import EVERY, a_trial, received, trial, trial_ended, trial_ends_soon
from tests.people import NOON, later, mei, olena, verifier

pytestmark = pytest.mark.django_db


def link_in(letter: Letter) -> str:
    sending.send(letter.pk, at=NOON)
    header = str(mail.outbox[-1].message()["List-Unsubscribe"])
    (link,) = re.findall(r"<http://testserver(/[^>]+)>", header)
    assert link in letter.text
    assert link in letter.html
    return str(link)


def test_a_mail_program_ends_them_by_one_post_without_a_cookie() -> None:
    link = link_in(trial_ends_soon())
    assert mail.outbox[-1].message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    pressed = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert not wants(olena(), Topic.TRIALS)


def test_looking_at_the_link_asks_and_ends_nothing() -> None:
    link = link_in(trial_ends_soon())
    page = Client().get(link).content.decode()
    assert "No more reminders of free trials?" in page
    assert "olena" not in page.lower(), "whoever was forwarded the letter learns nothing"
    assert wants(olena(), Topic.TRIALS)


def test_pressed_twice_it_stays_ended() -> None:
    link = link_in(trial_ended())
    for _ in range(2):
        assert "You get no more reminders" in Client().post(link).content.decode()
    assert Unsubscribed.objects.count() == 1


def test_after_it_no_such_letter_is_written_and_every_other_is() -> None:
    a_trial()
    unsubscribe(olena(), Topic.TRIALS, at=NOON)
    for days, writer in ((12, trial_letters.trial_ends_soon), (14, trial_letters.trial_ended)):
        note_ends(at=later(days=days))
        assert writer(Event.objects.latest("pk"), later(days=days)) is None
    assert not Letter.objects.exists()
    assert received().pk


@pytest.mark.parametrize("write", [one for one in EVERY if one not in (trial_ends_soon, trial_ended)])
def test_a_letter_that_is_owed_offers_no_end(write: object) -> None:
    letter = write()  # type: ignore[operator]
    assert letter.kind not in OPTIONAL
    sending.send(letter.pk, at=NOON)
    assert mail.outbox[-1].message()["List-Unsubscribe"] is None


@pytest.mark.parametrize("forged", ["{}AA", "x{}", "{}:", "guessed", ":::"])
def test_a_link_that_we_did_not_sign_is_none(forged: str) -> None:
    link = link_in(trial_ended())
    token = link.split("/")[-2]
    assert Client().post(link.replace(token, forged.format(token))).status_code == 404
    assert wants(olena(), Topic.TRIALS)


def test_of_a_closed_account_it_says_nothing() -> None:
    link = link_in(trial_ended())
    User.objects.filter(pk=olena().pk).update(is_active=False)
    assert Client().get(link).status_code == 404


def test_they_can_be_had_again_on_the_page_of_the_trials() -> None:
    a_trial()
    browser = Client()
    browser.force_login(olena())
    assert "We write to you before a trial ends" in browser.get("/trials/").content.decode()
    browser.post("/letters/reminders/", {"wanted": "no"})
    assert "We do not write to you when a trial ends" in browser.get("/trials/").content.decode()
    assert wants(mei(), Topic.TRIALS)
    browser.post("/letters/reminders/", {"wanted": "yes"})
    assert wants(olena(), Topic.TRIALS)


# What they say


def test_the_reminder_says_when_what_was_used_and_that_nothing_is_charged() -> None:
    text = trial_ends_soon().text
    assert text.startswith("Your free trial of Mail Verifier Online ends soon\n\nHello Olena,\n")
    assert "Nothing is charged" in text
    assert "Ends: 7 December 2026, 14:00 Kyiv time\nUsed: 0 of 100 verification credits\n" in text


def test_a_reminder_that_comes_too_late_is_not_written() -> None:
    a_trial()
    note_ends(at=later(days=12))
    event = Event.objects.get(action=Action.TRIAL_ENDS_SOON)
    assert trial_letters.trial_ends_soon(event, later(days=15)) is None


def test_all_letters_about_a_trial_are_one_conversation() -> None:
    first = trial()
    note_ends(at=later(days=14))
    last = trial_letters.trial_ended(Event.objects.get(action=Action.TRIAL_ENDED), later(days=14))
    assert last is not None
    assert last.subject == f"Re: {first.subject}"
    assert last.thread == first.thread
    assert verifier().name in last.subject
