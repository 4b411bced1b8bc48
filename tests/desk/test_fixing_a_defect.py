"""“Fixed in 9.7”: the letters are read before they go, and what goes is what was read."""

from __future__ import annotations

import pytest

from makegood.accounts.models import User
from makegood.defects.models import Defect
from makegood.defects.states import State
from makegood.notifications.models import Letter
from makegood.refund_requests.states import State as RequestState
from tests import cases
from tests.desk.conftest import Desk
from tests.desk.test_giving_up_a_defect import AtMost, a_reproduced_defect, waits_for
from tests.jobs import work
from tests.people import lars, marta

pytestmark = pytest.mark.django_db


def url(defect: Defect) -> str:
    return f"/desk/defects/{defect.pk}/fixed/"


def test_the_page_shows_every_letter_in_the_language_of_its_reader(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    first, second = waits_for(defect), waits_for(defect, whose=lars())
    User.objects.filter(pk=lars().pk).update(language="de")
    page = at_desk(marta()).get(url(defect), {"fixed_in": "9.7"})
    assert "Fixed in 9.7: 2 letters go out" in page.content.decode()
    assert [one.refund_request for one in page.context["letters"]] == [first, second]
    assert "version 9.7 of" in page.context["letters"][0].text
    assert page.context["letters"][1].language == "de"
    assert Defect.objects.get(pk=defect.pk).state == State.REPRODUCED


@pytest.mark.django_db(transaction=True)
def test_the_letters_that_go_are_those_that_were_read(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    asked = [waits_for(defect), waits_for(defect, whose=lars())]
    client = at_desk(marta())
    seen = client.get(url(defect), {"fixed_in": "9.7"}).context
    assert client.post(url(defect), {"fixed_in": "9.7", "seen": seen["seen"]}).status_code == 303
    work()
    sent = {letter.thread: letter.text for letter in Letter.objects.filter(kind="try_fix")}
    assert sent == {one.refund_request.reference: one.text for one in seen["letters"]}
    assert {cases.now(one).state for one in asked} == {RequestState.TRYING_FIX}


def test_another_version_than_was_read_is_not_sent(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    waits_for(defect)
    client = at_desk(marta())
    seen = client.get(url(defect), {"fixed_in": "9.7"}).context["seen"]
    answer = client.post(url(defect), {"fixed_in": "9.8", "seen": seen})
    assert (answer.status_code, Defect.objects.get().state) == (409, State.REPRODUCED)
    assert "Please read them again." in answer.content.decode()
    again = {"fixed_in": "9.8", "seen": answer.context["seen"]}
    assert client.post(url(defect), again).status_code == 303


def test_a_request_that_came_meanwhile_is_read_first(at_desk: Desk) -> None:
    defect = a_reproduced_defect()
    client = at_desk(marta())
    seen = client.get(url(defect), {"fixed_in": "9.7"}).context["seen"]
    waits_for(defect)
    assert client.post(url(defect), {"fixed_in": "9.7", "seen": seen}).status_code == 409


def test_many_letters_cost_no_more_queries(at_desk: Desk, django_assert_max_num_queries: AtMost) -> None:
    defect = a_reproduced_defect()
    for hours in range(4):
        waits_for(defect, hours=hours)
    client = at_desk(marta())
    with django_assert_max_num_queries(12):
        client.get(url(defect), {"fixed_in": "9.7"})
