"""“Cannot be fixed”: the letters are read before they go, and what goes is what was read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from django.utils import timezone

from makegood.accounts.models import User
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.defects.states import State
from makegood.notifications.models import Letter
from makegood.policy import Outcome
from makegood.refund_requests import transitions
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State as RequestState
from tests import cases
from tests.desk.conftest import Desk
from tests.jobs import work
from tests.people import ago, an_order, lars, marta, olena, petro

AtMost = Callable[[int], AbstractContextManager[object]]
pytestmark = pytest.mark.django_db


def a_reproduced_defect() -> Defect:
    return defects.reproduce(cases.a_defect(), by=marta(), at=timezone.now())


def waits_for(defect: Defect, *, whose: User | None = None, hours: int = 0) -> RefundRequest:
    order = an_order(whose or olena(), purchased_at=ago(days=21, hours=hours))
    asked: datetime = timezone.now()
    return cases.with_engineers(cases.a_request(order, at=asked), defect=defect)


def url(defect: Defect) -> str:
    return f"/desk/defects/{defect.pk}/cannot-be-fixed/"


def test_the_page_shows_every_letter_in_the_language_of_its_reader(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    first, second = waits_for(defect), waits_for(defect, whose=lars())
    User.objects.filter(pk=lars().pk).update(language="de")
    page = at_desk(marta()).get(url(defect))
    body = page.content.decode()
    assert "Cannot be fixed: 2 letters go out" in body
    assert [one.refund_request for one in page.context["letters"]] == [first, second]
    assert "The defect cannot be fixed" in page.context["letters"][0].text
    assert page.context["letters"][1].text.startswith("Der Fehler")
    assert 'lang="de"' in body
    assert Defect.objects.get(pk=defect.pk).state == State.REPRODUCED


@pytest.mark.django_db(transaction=True)
def test_the_letters_that_go_are_those_that_were_read_and_each_request_is_decidable(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    requests = [waits_for(defect), waits_for(defect, whose=lars())]
    client = at_desk(marta())
    seen = client.get(url(defect)).context
    assert client.post(url(defect), {"seen": seen["seen"]}).status_code == 303
    work()
    sent = Letter.objects.filter(kind="engineers_answered").order_by("thread")
    read = {one.refund_request.reference: one.text for one in seen["letters"]}
    assert {letter.thread: letter.text for letter in sent} == read
    for one in map(cases.now, requests):
        [live] = answers_of_request(one)
        assert (one.state, live.answer.outcome) == (RequestState.WAITING, Outcome.ELIGIBLE)


def test_when_a_request_came_meanwhile_the_letters_are_shown_again_and_none_goes(at_desk: Desk) -> None:
    defect, client = a_reproduced_defect(), at_desk(marta())
    waits_for(defect)
    seen = client.get(url(defect)).context["seen"]
    late = waits_for(defect, whose=lars())
    stale = client.post(url(defect), {"seen": seen})
    assert stale.status_code == 409
    assert "The letters have changed since this page was opened." in stale.content.decode()
    assert late.reference in stale.content.decode()
    assert Defect.objects.get(pk=defect.pk).state == State.REPRODUCED
    assert client.post(url(defect), {"seen": stale.context["seen"]}).status_code == 303


@pytest.mark.parametrize("seen", ["", "0" * 64, "x" * 65])
def test_what_names_no_letters_gives_no_verdict(seen: str, at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    assert at_desk(marta()).post(url(defect), {"seen": seen}).status_code == 409
    assert Defect.objects.get(pk=defect.pk).state == State.REPRODUCED


def test_who_withdrew_gets_no_letter(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    transitions.withdraw(waits_for(defect), by=olena(), at=timezone.now())
    body = at_desk(marta()).get(url(defect)).content.decode()
    assert "No request waits for the engineers because of it" in body


def test_only_who_gives_verdicts_sees_the_letters(at_desk: Desk) -> None:
    assert at_desk(petro()).get(url(a_reproduced_defect())).status_code == 404


def test_many_letters_cost_no_more_queries(at_desk: Desk, django_assert_max_num_queries: AtMost) -> None:
    defect, client = a_reproduced_defect(), at_desk(marta())
    for hours in range(4):
        waits_for(defect, hours=hours)
    with django_assert_max_num_queries(12):
        assert len(client.get(url(defect)).context["letters"]) == 4
