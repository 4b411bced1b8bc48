"""At the desk: what members wrote after a decision is listed, answered, or looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.desk.board import SHOWN
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import RefundRequest, Verdict
from makegood.refund_requests.states import State
from tests import cases
from tests.desk.conftest import Desk
from tests.desk.scenes import a_message, held_by_petro
from tests.members.scenes import words
from tests.people import a_member, ago, an_order, aud, finn, marta, ola, olena, petro, roza

pytestmark = pytest.mark.django_db

AT_MOST = 12
WAITS = "wrote after the decision"


def unanswered(brought: Callable[[], RefundRequest] = cases.declined) -> RefundRequest:
    """Its member has just written that it was another program."""
    return member_wrote(brought())


def member_wrote(refund_request: RefundRequest, body: str = "It was another program") -> RefundRequest:
    conversation.write_as_member(
        refund_request, body=body, token=uuid4(), by=refund_request.member, at=timezone.now()
    )
    return cases.now(refund_request)


def own_of_roza() -> RefundRequest:
    """Declined by Petro; Roza, a representative, asked for it herself."""
    ready = cases.ready_to_decide(an_order(roza(), purchased_at=ago(days=21)), fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=cases.LETTER, by=petro(), at=timezone.now())
    return member_wrote(ready)


def page_of(refund_request: RefundRequest, part: str = "") -> str:
    return f"/desk/requests/{refund_request.reference}/{part}"


def forms_on(client: Client, refund_request: RefundRequest) -> set[str]:
    """What the page of the request offers to do."""
    body = client.get(page_of(refund_request)).content.decode()
    return set(re.findall(r"/(answer|look-again)/\"", body))


@pytest.mark.parametrize("person", [petro, roza, ola])
def test_whoever_examines_finds_on_the_board_what_was_written_after_a_decision(
    person: Callable[[], User], at_desk: Desk
) -> None:
    waits = unanswered()
    body = at_desk(person()).get("/desk/").content.decode()
    assert body.index("Written after the decision") < body.index(waits.reference)
    assert "wrote <time" in body


@pytest.mark.parametrize("person", [marta, finn, aud])
def test_others_are_not_shown_what_they_cannot_answer(person: Callable[[], User], at_desk: Desk) -> None:
    unanswered()
    assert "Written after the decision" not in at_desk(person()).get("/desk/").content.decode()


def test_on_the_board_nobody_is_asked_to_answer_about_their_own_request(at_desk: Desk) -> None:
    own = own_of_roza()
    assert own.reference not in at_desk(roza()).get("/desk/").content.decode()
    assert own.reference in at_desk(petro()).get("/desk/").content.decode()


def test_the_longest_waiting_comes_first_and_all_of_them_are_a_click_away(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    orders = [
        an_order(a_member(f"m{number}@example.com", name="M"), purchased_at=ago(days=3))
        for number in range(SHOWN + 1)
    ]
    waiting = [cases.a_request(order) for order in orders]
    client, others = at_desk(ola()), held_by_petro()
    for number, one in enumerate(waiting):
        since = ago(hours=number)
        RefundRequest.objects.filter(pk=one.pk).update(state=State.DECLINED, unanswered_since=since)
    with django_assert_max_num_queries(AT_MOST):
        body = client.get("/desk/").content.decode()
    longest_first = [one.reference for one in reversed(waiting)]
    assert re.findall(r'/desk/requests/(R-[\w-]+)/"', body)[:SHOWN] == longest_first[:SHOWN]
    more = re.search(r'href="(/desk/requests/\?state=unanswered)">All of them', body)
    assert more is not None
    every = client.get(more[1]).content.decode()
    assert all(reference in every for reference in longest_first)
    assert others.reference not in every
    assert '<option value="unanswered" selected>written after the decision' in every


def test_the_ticket_says_that_the_member_waits_and_how_to_answer(at_desk: Desk) -> None:
    waits = unanswered()
    client = at_desk(petro())
    assert "Olena wrote after the decision" in words(client.get(page_of(waits)))
    assert forms_on(client, waits) == {"answer", "look-again"}


@pytest.mark.parametrize("brought", [cases.approved, cases.refunded])
def test_where_money_goes_back_the_ticket_offers_words_only(
    brought: Callable[[], RefundRequest], at_desk: Desk
) -> None:
    client, decided = at_desk(petro()), unanswered(brought)
    assert forms_on(client, decided) == {"answer"}
    assert "It was decided with a refund" in words(client.get(page_of(decided)))


def test_an_answered_request_can_be_written_to_again_but_nobody_waits(at_desk: Desk) -> None:
    client, declined = at_desk(petro()), cases.declined()
    assert WAITS not in words(client.get(page_of(declined)))
    assert forms_on(client, declined) == {"answer", "look-again"}


@pytest.mark.parametrize(
    "brought", [cases.a_request, held_by_petro, cases.awaiting_approval, cases.withdrawn]
)
def test_before_a_decision_there_is_nothing_to_answer(
    brought: Callable[[], RefundRequest], at_desk: Desk
) -> None:
    assert forms_on(at_desk(petro()), brought()) == set()


@pytest.mark.parametrize("person", [marta, finn, aud])
def test_others_read_the_message_and_are_offered_nothing(person: Callable[[], User], at_desk: Desk) -> None:
    client, waits = at_desk(person()), unanswered()
    assert "It was another program" in words(client.get(page_of(waits)))
    assert forms_on(client, waits) == set()


def test_who_asked_for_it_themselves_is_told_that_somebody_else_answers(at_desk: Desk) -> None:
    client, own = at_desk(roza()), own_of_roza()
    assert "somebody else has to look at it" in words(client.get(page_of(own)))
    assert forms_on(client, own) == set()
    refused = client.post(page_of(own, "answer/"), a_message(own, body="Pay me"))
    assert (refused.status_code, "Pay me" in refused.content.decode()) == (409, True)
    assert cases.now(own).unanswered_since is not None


def test_an_answer_is_sent_and_the_request_leaves_the_list(at_desk: Desk) -> None:
    client, waits = at_desk(roza()), unanswered()
    form = a_message(waits, body="It is the same program.")
    for _ in range(2):
        sent = client.post(page_of(waits, "answer/"), form, follow=True)
        assert "Sent to Olena." in words(sent)
    assert cases.messages_of(waits) == ["It was another program", "It is the same program."]
    assert waits.reference not in client.get("/desk/").content.decode()


def test_an_answer_without_words_is_the_same_page(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    refused = client.post(page_of(waits, "answer/"), a_message(waits, body=" "))
    assert refused.status_code == 422
    assert 'href="#answer_body">Please write a few words.' in refused.content.decode()


@pytest.mark.parametrize(
    ("part", "typed"), [("answer/", {"body": "Petro's draft"}), ("look-again/", {"reason": "Petro's draft"})]
)
def test_when_somebody_wrote_meanwhile_it_is_read_first_and_then_sent(
    part: str, typed: dict[str, object], at_desk: Desk
) -> None:
    client, waits = at_desk(petro()), unanswered()
    form = a_message(waits, **typed)
    member_wrote(waits, "Here is its name")
    refused = client.post(page_of(waits, part), form)
    read = refused.content.decode()
    assert refused.status_code == 409
    assert "Someone wrote in the meantime" in read
    assert "Here is its name" in read
    assert "Petro&#x27;s draft" in read
    seen = max(map(int, re.findall(r'name="seen_up_to" value="(\d+)"', read)))
    assert client.post(page_of(waits, part), {**form, "seen_up_to": seen}).status_code == 303


def test_what_was_typed_is_kept_when_a_colleague_reopened_it_meanwhile(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    form = a_message(waits, body="It is the same program.")
    transitions.reopen(waits, by=roza(), at=timezone.now(), reason="I look again")
    refused = client.post(page_of(waits, "answer/"), form)
    read = words(refused)
    assert refused.status_code == 409
    assert "is not decided now, so whoever examines it writes to the member" in read
    assert "It is the same program." in read


def test_looking_again_returns_it_to_the_queue_and_the_member_reads_why(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    form = a_message(waits, reason="You told us of another program.")
    done = client.post(page_of(waits, "look-again/"), form, follow=True)
    assert "Olena reads why." in words(done)
    assert (cases.now(waits).state, cases.now(waits).round) == (State.WAITING, 2)
    ticket = words(at_desk(olena()).get(f"/refunds/{waits.reference}/"))
    assert "We look at it again: You told us of another program." in ticket


def test_looking_again_twice_is_refused_in_words_with_the_reason_kept(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    form = a_message(waits, reason="You told us of another program.")
    client.post(page_of(waits, "look-again/"), form)
    refused = client.post(page_of(waits, "look-again/"), form)
    assert refused.status_code == 409
    assert "Somebody was faster" in words(refused)
    assert "You told us of another program.</textarea>" in refused.content.decode()
    assert cases.happened(waits).count(Action.REOPENED.removeprefix("refund_request.")) == 1


def test_looking_again_needs_a_reason(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    refused = client.post(page_of(waits, "look-again/"), a_message(waits, reason=""))
    assert (refused.status_code, cases.now(waits).state) == (422, State.DECLINED)


def test_a_request_asked_anew_is_not_looked_at_again(at_desk: Desk) -> None:
    client, waits = at_desk(petro()), unanswered()
    newer = cases.a_request(cases.order_of(waits))
    refused = client.post(page_of(waits, "look-again/"), a_message(waits, reason="We were wrong"))
    assert refused.status_code == 409
    assert f"again in {newer.reference}; it is decided there." in words(refused)


@pytest.mark.parametrize("brought", [cases.declined, cases.approved, cases.refunded])
def test_the_ticket_stays_within_its_queries(
    brought: Callable[[], RefundRequest], at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, waits = at_desk(ola()), unanswered(brought)
    with django_assert_max_num_queries(AT_MOST):
        assert client.get(page_of(waits)).status_code == 200
