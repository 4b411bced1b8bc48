"""At the desk: a promise that is due soon or late, and the click that says honestly that there is no news."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import deadline_in_words
from makegood.queue.models import Promise
from makegood.refund_requests.models import RefundRequest
from tests import cases
from tests.desk.conftest import Desk
from tests.desk.scenes import olena_wrote
from tests.members.scenes import words
from tests.people import aud, finn, marta, ola, olena, petro, roza

pytestmark = pytest.mark.django_db

AT_MOST = 12
BUTTON = "Send “no news yet”"


def promised(*, due_in: timedelta = timedelta(hours=1)) -> RefundRequest:
    """Olena's request, promised two days ago; four hours before its time it was in danger."""
    waiting, now = cases.a_request(at=timezone.now()), timezone.now()
    due = now + due_in
    Promise.objects.create(
        refund_request=waiting,
        made_at=now - timedelta(days=2),
        due_at=due,
        warn_at=due - timedelta(hours=4),
    )
    return waiting


def page_of(refund_request: RefundRequest, part: str = "") -> str:
    return f"/desk/requests/{refund_request.reference}/{part}"


def press(client: Client, refund_request: RefundRequest) -> str:
    """Press the button as it stands on the page, and read what comes."""
    page = client.get(page_of(refund_request)).content.decode()
    form = re.search(r'no-news/".*?name="seen_up_to" value="(\d+)"', page, re.DOTALL)
    assert form is not None
    return words(client.post(page_of(refund_request, "no-news/"), {"seen_up_to": form[1]}, follow=True))


@pytest.mark.parametrize("person", [petro, roza, ola])
def test_a_promise_that_is_due_soon_is_told_to_those_who_write(
    person: Callable[[], User], at_desk: Desk
) -> None:
    page = words(at_desk(person()).get(page_of(promised())))
    assert "Olena hears from us by" in page
    assert BUTTON in page


@pytest.mark.parametrize("person", [marta, finn, aud])
def test_others_are_offered_nothing(person: Callable[[], User], at_desk: Desk) -> None:
    assert BUTTON not in words(at_desk(person()).get(page_of(promised())))


def test_while_there_is_time_there_is_no_button(at_desk: Desk) -> None:
    assert BUTTON not in words(at_desk(petro()).get(page_of(promised(due_in=timedelta(hours=9)))))


def test_a_late_promise_is_told_as_it_is(at_desk: Desk) -> None:
    page = words(at_desk(petro()).get(page_of(promised(due_in=-timedelta(hours=1)))))
    assert "Olena should have heard from us by" in page
    assert "That stays on the record." in page


def test_one_click_tells_the_member_in_the_ticket_of_both_sides(at_desk: Desk) -> None:
    waiting = promised()
    assert "Olena reads that there is no news yet" in press(at_desk(petro()), waiting)
    desk = words(at_desk(roza()).get(page_of(waiting)))
    assert "was told that there is no news yet" in desk
    assert BUTTON not in desk
    ticket = words(at_desk(olena()).get(f"/refunds/{waiting.reference}/"))
    assert "There is no news yet. You hear from us next by" in ticket


def test_the_member_reads_it_in_their_language(at_desk: Desk) -> None:
    waiting, member = promised(), olena()
    press(at_desk(petro()), waiting)
    member.language = "pl"
    member.save(update_fields=["language"])
    with translation.override("pl"), timezone.override(ZoneInfo(member.time_zone)):
        next_by = deadline_in_words(Promise.objects.latest("pk").due_at)
    assert next_by in words(at_desk(member).get(f"/refunds/{waiting.reference}/"))


def test_a_second_press_from_a_page_that_stood_open_is_refused_in_words(at_desk: Desk) -> None:
    client, waiting = at_desk(petro()), promised()
    press(client, waiting)
    refused = client.post(page_of(waiting, "no-news/"), {"seen_up_to": 0})
    assert refused.status_code == 409
    assert "The customer hears from us by" in words(refused)


def test_what_the_member_wrote_meanwhile_is_shown_and_then_it_can_be_sent(at_desk: Desk) -> None:
    client, waiting = at_desk(petro()), promised()
    olena_wrote(waiting, "Are you there?")
    refused = client.post(page_of(waiting, "no-news/"), {"seen_up_to": 0})
    assert refused.status_code == 409
    assert "Someone wrote in the meantime" in words(refused)
    assert "Are you there?" in words(refused)
    assert "Olena reads that there is no news yet" in press(client, waiting)


def test_the_board_leads_to_what_is_due_today(at_desk: Desk) -> None:
    client, due = at_desk(petro()), promised(due_in=-timedelta(hours=1))
    other = promised(due_in=timedelta(days=3))
    assert '"/desk/requests/?state=due"' in client.get("/desk/").content.decode()
    listed = client.get("/desk/requests/?state=due").content.decode()
    assert due.reference in listed
    assert other.reference not in listed


def test_the_ticket_stays_within_its_queries(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, waiting = at_desk(ola()), promised()
    with django_assert_max_num_queries(AT_MOST):
        assert BUTTON in words(client.get(page_of(waiting)))
