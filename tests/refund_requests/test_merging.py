"""Two requests of one member become one: nothing is lost by it, and for an hour it can be undone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.money import Money
from makegood.queue import promises
from makegood.refund_requests import conversation, merging, transitions
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.merging import UNDONE_WITHIN, NotMerged
from makegood.refund_requests.models import Decision, Evidence, Message, NamedOrder, RefundRequest
from makegood.refund_requests.queries import of_it_and_merged
from makegood.refund_requests.states import State
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.people import NOON, ago, an_order, lars, later, olena, petro, roza, usd

pytestmark = pytest.mark.django_db


def older() -> RefundRequest:
    """Olena's first request, examined by Petro."""
    return cases.taken(cases.a_request(an_order(olena(), purchased_at=ago(days=21))))


def newer(*, amount: str = "45.00", days: float = 20) -> RefundRequest:
    """Her second one an hour later, about another order of the same product."""
    order = an_order(olena(), purchased_at=ago(days=days), amount=usd(amount))
    return cases.a_request(order, at=later(hours=1))


def merged(one: RefundRequest | None = None, into: RefundRequest | None = None) -> RefundRequest:
    return merging.merge(one or newer(), into or older(), by=petro(), at=later(hours=2))


def writes(refund_request: RefundRequest) -> Message:
    """Olena writes to it."""
    return conversation.write_as_member(
        refund_request, body="One more thing", token=uuid4(), by=olena(), at=later(hours=3)
    )


def wanted(refund_request: RefundRequest) -> list[int]:
    rows = NamedOrder.objects.filter(refund_request=refund_request, wanted=True, open=True)
    return list(rows.order_by("order").values_list("order", flat=True))


# Merging


def test_the_newer_one_goes_on_in_the_older_one_with_its_orders() -> None:
    kept = older()
    second = newer()
    orders = sorted([*wanted(kept), *wanted(second)])
    gone = merged(second, kept)
    assert (gone.state, gone.merged_into) == (State.MERGED, kept)
    assert (wanted(kept), wanted(gone)) == (orders, [])
    assert len(answers_of_request(cases.now(kept))) == 2


def test_the_earlier_turn_and_day_of_the_law_count() -> None:
    kept, second = older(), newer()
    second.examine_by, second.law_until = later(hours=2), later(days=3).date()
    second.save()
    RefundRequest.objects.filter(pk=kept.pk).update(examine_by=later(days=2), law_until=later(days=9).date())
    merged(second, kept)
    now = cases.now(kept)
    assert (now.examine_by, now.queued_at, now.law_until) == (
        second.examine_by,
        second.queued_at,
        second.law_until,
    )


def test_a_later_turn_moves_nothing() -> None:
    kept = older()
    turn = (cases.now(kept).examine_by, cases.now(kept).queued_at)
    merged(newer(), kept)
    assert (cases.now(kept).examine_by, cases.now(kept).queued_at) == turn


def test_its_promise_ends_and_that_of_the_other_runs_on() -> None:
    kept = older()
    gone = merged(newer(), kept)
    assert promises.current(gone) is None
    assert promises.current(cases.now(kept)) is not None


def test_what_the_member_writes_there_arrives_where_it_goes_on() -> None:
    kept = older()
    gone = merged(newer(), kept)
    assert writes(gone).refund_request == kept
    assert not Message.objects.filter(refund_request=gone).exists()


def test_a_page_that_was_open_since_before_loses_nothing() -> None:
    kept, stale = older(), newer()
    merging.merge(stale, kept, by=petro(), at=later(hours=2))
    assert writes(stale).refund_request == kept


# What is not merged


def test_only_who_holds_the_older_one_merges() -> None:
    kept, second = older(), newer()
    with pytest.raises(NotYours):
        merging.merge(second, kept, by=roza(), at=later(hours=2))


def test_the_older_one_is_never_merged_into_the_newer_one() -> None:
    first = cases.a_request(an_order(olena(), purchased_at=ago(days=21)))
    second = cases.taken(newer())
    with pytest.raises(NotMerged, match="came first"):
        merging.merge(first, second, by=petro(), at=later(hours=2))


def test_requests_of_two_customers_are_not_merged() -> None:
    order = an_order(lars(), purchased_at=ago(days=20))
    with pytest.raises(NotMerged, match="two customers"):
        merged(cases.a_request(order, at=later(hours=1)))


def test_what_is_decided_is_not_merged() -> None:
    kept = older()
    second = cases.ready_to_decide(an_order(olena(), purchased_at=ago(days=20)), fixable=False)
    cases.refunded_by(second, by=petro())
    with pytest.raises(NotMerged, match="can no longer be merged"):
        merging.merge(second, kept, by=petro(), at=later(hours=2))


def test_what_a_colleague_examines_is_not_taken_from_them() -> None:
    second = cases.taken(newer(), by=roza())
    with pytest.raises(NotMerged, match="Roza Lind examines"):
        merged(second)


def test_orders_in_two_currencies_are_not_merged_for_a_decision_is_one_amount() -> None:
    order = an_order(olena(), purchased_at=ago(days=20), amount=Money.of("45.00", "EUR"))
    with pytest.raises(NotMerged, match="two currencies"):
        merged(cases.a_request(order, at=later(hours=1)))


def test_a_pair_of_orders_that_is_compared_is_not_mixed_with_others() -> None:
    pair = [an_order(olena(), purchased_at=ago(days=20, hours=hours)) for hours in range(2)]
    second = cases.send(cases.a_form(*pair, ground="duplicate", at=later(hours=1)), at=later(hours=1))
    kept = older()
    RefundRequest.objects.filter(pk=kept.pk).update(ground="duplicate", product=second.product)
    with pytest.raises(NotMerged, match="compares two orders"):
        merging.merge(second, cases.now(kept), by=petro(), at=later(hours=2))


def test_a_request_is_not_merged_into_itself() -> None:
    kept = older()
    with pytest.raises(NotMerged, match="the request itself"):
        merging.merge(kept, kept, by=petro(), at=NOON)


def test_postgresql_knows_where_every_merged_request_goes_on() -> None:
    gone = merged()
    with pytest.raises(IntegrityError, match="merged_into_another"), transaction.atomic():
        RefundRequest.objects.filter(pk=gone.pk).update(merged_into=None)
    with pytest.raises(IntegrityError, match="merged_into_another"), transaction.atomic():
        RefundRequest.objects.filter(pk=gone.pk).update(merged_into=gone.pk)


# Undoing


def test_undone_everything_is_as_before() -> None:
    kept, second = older(), newer()
    second.examine_by = later(hours=2)
    second.save()
    before = [(cases.now(one).queued_at, cases.now(one).examine_by, wanted(one)) for one in (kept, second)]
    back = merging.unmerge(merged(second, kept), by=petro(), at=later(hours=2, minutes=30))
    after = [(cases.now(one).queued_at, cases.now(one).examine_by, wanted(one)) for one in (kept, second)]
    assert (back.state, back.merged_into, after) == (State.WAITING, None, before)
    assert promises.current(back) is not None


def test_after_an_hour_it_stays() -> None:
    gone = merged()
    with pytest.raises(NotMerged, match="more than an hour"):
        merging.unmerge(gone, by=petro(), at=later(hours=2, minutes=1) + UNDONE_WITHIN)


def test_once_something_happened_it_stays() -> None:
    gone = merged()
    conversation.write_as_member(gone, body="And?", token=uuid4(), by=olena(), at=later(hours=2))
    with pytest.raises(NotMerged, match="has happened since"):
        merging.unmerge(gone, by=petro(), at=later(hours=2, minutes=1))


def test_only_who_holds_the_other_one_undoes_it() -> None:
    gone = merged()
    with pytest.raises(NotYours):
        merging.unmerge(gone, by=roza(), at=later(hours=2))


def test_what_is_not_merged_is_not_unmerged() -> None:
    with pytest.raises(MoveNotAllowed):
        merging.unmerge(newer(), by=petro(), at=NOON)


@pytest.mark.parametrize("rows", [Message, Evidence])
def test_what_was_said_and_sent_is_found_by_keys_and_not_by_reading_all_of_it(
    rows: type[Message | Evidence],
) -> None:
    kept = older()
    merged(into=kept)
    # An OR over a join, which lets no index help, would name both tables; this asks for the keys first.
    asked = str(rows._default_manager.filter(of_it_and_merged(kept)).query)
    assert '"refund_request_id" IN (SELECT' in asked
    assert "JOIN" not in asked


# At once


@pytest.mark.django_db(transaction=True)
def test_two_merge_the_same_at_once_and_one_does() -> None:
    kept, second, by = older(), newer(), petro()
    ends = at_once(*[lambda: merging.merge(second, kept, by=by, at=later(hours=2))] * 2)
    assert len(successes(ends)) == 1
    assert [type(refusal) for refusal in refusals(ends)] == [NotMerged]
    assert Event.objects.filter(action=Action.MERGED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_merging_and_withdrawing_at_once_one_wins() -> None:
    kept, second, by, member = older(), newer(), petro(), olena()
    ends = at_once(
        lambda: merging.merge(second, kept, by=by, at=later(hours=2)).state,
        lambda: transitions.withdraw(second, by=member, at=later(hours=2)).state,
    )
    assert len(refusals(ends)) == 1
    assert [cases.now(second).state] == successes(ends)


@pytest.mark.django_db(transaction=True)
def test_merging_and_deciding_at_once_neither_is_half_done() -> None:
    kept, second, by = cases.ready_to_decide(), newer(), petro()
    at_once(
        lambda: merging.merge(second, kept, by=by, at=later(hours=2)),
        lambda: cases.refunded_by(kept, by=by, at=later(hours=2)),
    )
    if cases.now(second).state == State.MERGED:
        lines = Decision.objects.filter(refund_request=kept)
        assert all(each.lines.count() == 2 for each in lines)
    else:
        assert cases.now(kept).state == State.APPROVED
        assert wanted(second)
