"""Requests that belong together: linked once, whichever way, on the record of both, and parted again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.refund_requests.holding import MayNotExamine, OwnRequest
from makegood.refund_requests.linking import LinkedAlready, LinkedWithItself, link, part
from makegood.refund_requests.models import LinkKind, RefundRequest, RequestLink
from tests.at_once import at_once, refusals
from tests.cases import a_request, happened, now
from tests.people import NOON, ago, an_order, aud, finn, lars, marta, petro, roza

RELATED = LinkKind.RELATED


def two() -> tuple[RefundRequest, RefundRequest]:
    """Of Olena and of Lars."""
    return a_request(), a_request(an_order(lars(), purchased_at=ago(days=3)))


@pytest.mark.django_db
def test_a_link_stands_on_the_record_of_both_and_changes_neither() -> None:
    first, second = two()
    made = link(second, first, kind=LinkKind.AGAIN, by=petro(), at=NOON)
    assert (made.one, made.other) == (first, second)
    told = Event.objects.filter(action="refund_request.linked").order_by("id")
    assert [(event.thread, event.details["other"]) for event in told] == [
        (first.reference, second.reference),
        (second.reference, first.reference),
    ]
    assert [now(each).state for each in (first, second)] == [first.state, second.state]


@pytest.mark.django_db
def test_two_requests_are_linked_once_whichever_way() -> None:
    first, second = two()
    link(first, second, kind=RELATED, by=petro(), at=NOON)
    with pytest.raises(LinkedAlready, match=first.reference):
        link(second, first, kind=RELATED, by=petro(), at=NOON)
    with pytest.raises(LinkedWithItself):
        link(first, first, kind=RELATED, by=petro(), at=NOON)


@pytest.mark.django_db
def test_parted_requests_can_be_linked_anew_and_the_past_stays() -> None:
    first, second = two()
    link(first, second, kind=RELATED, by=petro(), at=NOON)
    part(second, first, by=roza(), at=NOON)
    part(second, first, by=roza(), at=NOON)
    assert happened(first).count("parted") == 1
    link(first, second, kind=LinkKind.AGAIN, by=petro(), at=NOON)
    assert [row.kind for row in RequestLink.objects.order_by("id")] == ["related", "again"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", [marta, finn, aud])
def test_only_who_examines_links(who: Callable[[], User]) -> None:
    with pytest.raises(MayNotExamine):
        link(*two(), kind=RELATED, by=who(), at=NOON)


@pytest.mark.django_db
def test_nobody_links_their_own() -> None:
    own = a_request(an_order(petro(), purchased_at=ago(days=3)))
    with pytest.raises(OwnRequest):
        link(a_request(), own, kind=RELATED, by=petro(), at=NOON)


@pytest.mark.django_db
def test_the_database_refuses_what_is_no_link() -> None:
    first, second = two()
    row = {"linked_by": petro(), "linked_at": NOON}
    with pytest.raises(IntegrityError, match="linked_requests_are_two_in_order"), transaction.atomic():
        RequestLink.objects.create(one=second, other=first, kind=RELATED, **row)
    with pytest.raises(IntegrityError, match="request_link_kind_known"), transaction.atomic():
        RequestLink.objects.create(one=first, other=second, kind="enemy", **row)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_link() -> None:
    first, second = two()
    by = (petro(), roza())
    ends = at_once(
        lambda: link(first, second, kind=RELATED, by=by[0], at=NOON),
        lambda: link(second, first, kind=RELATED, by=by[1], at=NOON),
    )
    assert [type(refused) for refused in refusals(ends)] == [LinkedAlready]
    assert RequestLink.objects.count() == 1
