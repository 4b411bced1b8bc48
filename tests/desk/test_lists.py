"""The board and the lists: what each person meets first, and that long lists stay cheap."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.orders.models import Order
from makegood.queue.models import Promise
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from tests.cases import (
    a_defect,
    a_form,
    a_request,
    approved,
    awaiting_approval,
    found_to_be_a_defect,
    send,
    trying_fix,
    with_engineers,
)
from tests.desk.conftest import Desk
from tests.desk.scenes import a_refund, held_by_petro, olena_wrote
from tests.people import (
    NOON,
    a_member,
    ago,
    an_order,
    aud,
    finn,
    marta,
    mei,
    ola,
    petro,
    roza,
    usd,
    verifier,
)

pytestmark = pytest.mark.django_db

AT_MOST = 12


def test_the_board_begins_with_what_i_examine(at_desk: Desk) -> None:
    held = held_by_petro()
    body = at_desk(petro()).get("/desk/").content.decode()
    assert body.index("My requests") < body.index(held.reference)
    assert "to be established: 2" in body
    assert "up to $79.00" in body
    assert "Kyiv time" in body


def test_the_board_of_an_engineer_begins_with_the_engineers(at_desk: Desk) -> None:
    waiting = with_engineers()
    body = at_desk(marta()).get("/desk/").content.decode()
    assert "My requests" not in body
    assert body.index("With the engineers") < body.index(waiting.reference)


def test_the_board_of_finance_begins_with_approvals(at_desk: Desk) -> None:
    waiting = awaiting_approval()
    body = at_desk(finn()).get("/desk/").content.decode()
    assert body.index(">Approvals for me</h2>") < body.index(waiting.reference)
    assert "Take the next one" not in body


def test_a_late_promise_is_counted_and_named(at_desk: Desk) -> None:
    held = held_by_petro()
    now = timezone.now()
    Promise.objects.create(
        refund_request=held, made_at=now - timedelta(days=2), due_at=now - timedelta(hours=1)
    )
    body = at_desk(petro()).get("/desk/").content.decode()
    assert "member waits to hear from us" in body
    assert ">late</b>" in body


def test_an_empty_desk_says_what_will_appear(at_desk: Desk) -> None:
    body = at_desk(petro()).get("/desk/").content.decode()
    assert "Nobody is waiting." in body
    assert "Take the next one: it appears here" in body
    assert "No request like this" in at_desk(petro()).get("/desk/requests/").content.decode()
    assert "Nothing waits for approval" in at_desk(finn()).get("/desk/approvals/").content.decode()
    assert "No money is in trouble" in at_desk(finn()).get("/desk/money/").content.decode()
    assert "No defects here" in at_desk(marta()).get("/desk/defects/").content.decode()
    assert "No policy is in force" in at_desk(petro()).get("/desk/policy/").content.decode()


@pytest.mark.parametrize(
    "wanted", [lambda r: r.reference.lower(), lambda r: r.member.email, lambda r: r.named.get().order.number]
)
def test_a_request_is_found_by_what_people_say(wanted: Callable[[RefundRequest], str], at_desk: Desk) -> None:
    sought = a_request()
    other = a_request(an_order(mei(), purchased_at=ago(days=3)))
    body = at_desk(petro()).get("/desk/requests/", {"find": wanted(sought)}).content.decode()
    assert sought.reference in body
    assert other.reference not in body


def test_a_part_of_an_address_finds_nobody(at_desk: Desk) -> None:
    a_request()
    body = at_desk(petro()).get("/desk/requests/?find=@example.com").content.decode()
    assert "No request like this" in body


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?before=abc", "?before=9" * 40, "?before=-1", "?find=a&before=1_x"]
)
def test_nonsense_in_the_address_is_harmless(query: str, at_desk: Desk) -> None:
    a_request()
    assert at_desk(petro()).get(f"/desk/requests/{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/desk/requests/%00/",
        "/desk/requests/R-0000-00/",
        "/desk/policy/%00/",
        "/desk/defects/99999999999999999999/",
        "/desk/money/99999999999999999999/",
    ],
)
def test_what_is_not_there_is_not_found(address: str, at_desk: Desk) -> None:
    assert at_desk(ola()).get(address).status_code == 404


def test_older_rows_are_on_the_next_page_each_once(at_desk: Desk) -> None:
    for _ in range(27):
        a_defect()
    client = at_desk(petro())
    first = client.get("/desk/defects/?which=open").content.decode()
    older = re.search(r'href="(\?which=open[^"]+before=[^"]+)"', first)
    assert older is not None
    second = client.get("/desk/defects/" + older[1].replace("&amp;", "&")).content.decode()
    shown = [set(re.findall(r"/desk/defects/(\d+)/", body)) for body in (first, second)]
    assert [len(defects) for defects in shown] == [25, 2]
    assert not shown[0] & shown[1]
    assert re.search(r'href="[^"]*before=', second) is None


@pytest.mark.parametrize("address", ["/desk/requests/?find=olena%40example.com", "/desk/events/?thread=R-1"])
def test_a_filter_is_shown_with_what_was_looked_for(address: str, at_desk: Desk) -> None:
    body = at_desk(ola()).get(address).content.decode()
    assert 'value="olena@example.com"' in body or 'value="R-1"' in body


def test_events_can_be_read_for_one_request(at_desk: Desk) -> None:
    held, other = held_by_petro(), a_request(an_order(mei(), purchased_at=ago(days=3)))
    body = at_desk(aud()).get(f"/desk/events/?thread={held.reference.lower()}").content.decode()
    assert "refund_request.taken" in body
    assert "Petro Bondar" in body
    assert other.reference not in body
    assert body.count("<code>") == Event.objects.filter(thread=held.reference).count()


def test_the_policy_is_shown_with_its_rules_and_can_be_read_by_version(at_desk: Desk) -> None:
    a_request()
    client = at_desk(petro())
    body = client.get("/desk/policy/").content.decode()
    assert "received_on &lt;= last_day_to_ask" in body
    assert "in force" in body
    assert client.get("/desk/policy/2026-11/").status_code == 200
    assert client.get("/desk/policy/1999/").status_code == 404


# What a page costs: constant, whatever the number of rows.


def _asked_by(email: str) -> RefundRequest:
    return a_request(an_order(a_member(email, name=email), purchased_at=ago(days=3)))


def _a_renewed_service(renewals: int) -> list[Order]:
    first = an_order(mei(), verifier(), purchased_at=ago(days=200), auto_renewal_chosen=True)
    return [
        an_order(
            mei(),
            verifier(),
            purchased_at=ago(days=29 - number),
            renews=first,
            auto_renewal_chosen=True,
            amount=usd("9.00"),
        )
        for number in range(renewals)
    ]


def _automatic_charges(orders: list[Order]) -> RefundRequest:
    return send(a_form(*orders, ground="automatic_charge", wanted=tuple(orders), pictures=0))


@pytest.mark.parametrize("person", [petro, marta, finn, ola, aud])
def test_the_board_costs_the_same_with_more_rows(
    person: Callable[[], User], at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = at_desk(person())
    held_by_petro()
    awaiting_approval()
    few = _queries(client, "/desk/")
    for number in range(4):
        with_engineers(_asked_by(f"member{number}@example.com"))
    a_refund()
    with django_assert_max_num_queries(AT_MOST):
        client.get("/desk/")
    assert _queries(client, "/desk/") <= few + 1  # the list of engineers was empty and is not any more


def test_a_ticket_costs_the_same_with_more_of_everything(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = at_desk(petro())
    orders = _a_renewed_service(6)
    small, large = _automatic_charges(orders[:1]), _automatic_charges(orders[1:])
    for number in range(3):
        _note(client, large, number)
    assert _queries(client, f"/desk/requests/{small.reference}/") == _queries(
        client, f"/desk/requests/{large.reference}/"
    )
    with django_assert_max_num_queries(AT_MOST):
        client.get(f"/desk/requests/{large.reference}/")


def test_a_busy_ticket_stays_within_its_queries(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    held = found_to_be_a_defect(held_by_petro())
    olena_wrote(held)
    client = at_desk(petro())
    for address in (
        f"/desk/requests/{held.reference}/",
        f"/desk/requests/{held.reference}/decide/",
        f"/desk/requests/{held.reference}/engineers/",
    ):
        with django_assert_max_num_queries(AT_MOST):
            assert client.get(address).status_code == 200


def test_a_ticket_that_came_back_stays_within_its_queries(
    at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    returned = transitions.return_decision(awaiting_approval(), by=finn(), at=timezone.now(), reason="No")
    client = at_desk(petro())
    with django_assert_max_num_queries(AT_MOST):
        assert client.get(f"/desk/requests/{returned.reference}/").status_code == 200


@pytest.mark.parametrize("scene", [approved, awaiting_approval])
def test_a_decided_ticket_stays_within_its_queries(
    scene: Callable[[], RefundRequest], at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    decided, client = scene(), at_desk(finn())
    for address in (f"/desk/requests/{decided.reference}/", f"/desk/requests/{decided.reference}/approval/"):
        with django_assert_max_num_queries(AT_MOST):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/desk/requests/",
        "/desk/approvals/",
        "/desk/defects/",
        "/desk/defects/{defect}/",
        "/desk/money/",
        "/desk/money/{refund}/",
        "/desk/policy/",
        "/desk/events/",
    ],
)
def test_a_list_costs_the_same_with_more_rows(
    address: str, at_desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, defect, refund = at_desk(ola()), a_defect(), a_refund()
    path = address.format(defect=defect.pk, refund=refund.pk)
    with_engineers(_asked_by("first@example.com"), defect=defect)
    awaiting_approval()
    few = _queries(client, path)
    for number in range(3):
        with_engineers(_asked_by(f"more{number}@example.com"), defect=defect)
        a_refund()
    assert _queries(client, path) == few
    with django_assert_max_num_queries(AT_MOST):
        client.get(path)


def _note(client: Client, refund_request: RefundRequest, number: int) -> None:
    client.post(
        f"/desk/requests/{refund_request.reference}/notes/", {"body": f"Note {number}", "token": uuid4()}
    )


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_board_says_with_what_a_request_came_back(at_desk: Desk) -> None:
    sent = with_engineers()
    transitions.engineers_answered(sent, by=marta(), at=NOON)
    assert "Back from the engineers; back for you" in at_desk(petro()).get("/desk/").content.decode()
    assert "Back from the engineers" not in at_desk(roza()).get("/desk/").content.decode()


def test_the_board_counts_who_tries_a_fix_and_says_whom_silence_closes_next(at_desk: Desk) -> None:
    later_on, soon = timezone.now() + timedelta(days=9), timezone.now() + timedelta(days=3)
    second = trying_fix(until=later_on)
    first = trying_fix(until=soon)
    page = at_desk(petro()).get("/desk/")
    body = page.content.decode()
    trying = next(each for each in page.context["lists"] if each.name == "trying")
    assert [row.refund_request for row in trying.rows] == [first, second]
    assert "silence closes the next" in body
    assert body.count("silence until then closes it") == 2
    tile = next(each for each in page.context["numbers"] if each["label"] == "Trying a fix")
    assert (tile["value"], tile["url"]) == ("2", "/desk/requests/?state=trying_fix")
