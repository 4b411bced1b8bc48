"""Too much within an hour, or no clear answer any more: nothing more is sent, and nothing is lost."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low

import pytest
from django.db import IntegrityError, transaction

from makegood import reactions
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.notifications.models import Letter
from makegood.orders.models import Payment
from makegood.refunds import advancing, breaker, retrying
from makegood.refunds.models import Breaker, BreakerState, Cause, Refund, UsualHour
from makegood.refunds.providers.base import Said
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from makegood.refunds.verifying import problems
from tests.at_once import at_once
from tests.people import NOON, a_payment, ago, an_order, finn, ola, olena, usd
from tests.refunds.scenes import WORKER, Scene

HOUR = timedelta(hours=1)


def sent_before(payment: Payment, minor: int, at: datetime) -> Refund:
    """A refund that was sent at that moment."""
    return Refund.objects.create(
        payment=payment,
        reference=f"R-{Refund.objects.count()}",
        decision_round=1,
        currency="USD",
        amount_minor=minor,
        provider="sandbox",
        state=State.SETTLED,
        opened_at=at,
        last_asked_at=at,
    )


def with_a_past(scene: Scene, *, hours: int = breaker.ENOUGH_HOURS, minor: int = 100_00) -> None:
    """Each of the last hours, but this one, `minor` was sent."""
    payment = scene.payment("1.00")
    for number in range(1, hours + 1):
        sent_before(payment, minor, scene.now - number * HOUR)
    scene.is_to_be_verified = False  # these were never really paid


def the_breaker() -> Breaker:
    return Breaker.objects.get(provider="sandbox")


def a_refund(scene: Scene, amount: str) -> Refund:
    return scene.opened(scene.payment(amount))


def test_up_to_three_times_the_usual_is_sent(scene: Scene) -> None:
    with_a_past(scene)
    assert scene.send(a_refund(scene, "300.00")).state == State.PENDING


def test_more_than_three_times_the_usual_stops_and_stays_approved(scene: Scene) -> None:
    with_a_past(scene)
    scene.send(a_refund(scene, "300.00"))
    stopped = scene.send(a_refund(scene, "0.01"))
    assert (stopped.state, the_breaker().cause) == (State.APPROVED, Cause.SUM)
    assert scene.made_for(stopped) == []
    assert stopped.next_look_at is not None
    assert scene.now < stopped.next_look_at <= scene.now + timedelta(hours=6)


def test_without_enough_hours_nobody_knows_what_is_usual(scene: Scene) -> None:
    with_a_past(scene, hours=breaker.ENOUGH_HOURS - 1)
    assert scene.send(a_refund(scene, "9000.00")).state == State.PENDING


def test_after_an_hour_the_count_begins_anew_but_only_a_person_closes_it(scene: Scene) -> None:
    with_a_past(scene)
    stopped = scene.send(a_refund(scene, "300.01"))
    assert scene.after(stopped, hours=23).state == State.APPROVED
    assert the_breaker().try_at is None


def test_a_person_closes_it_and_what_waited_goes_whatever_it_comes_to(scene: Scene) -> None:
    with_a_past(scene)
    stopped = scene.send(a_refund(scene, "9000.00"))
    breaker.close(the_breaker(), reason="A school closed.", by=finn(), at=scene.now)
    assert scene.send(stopped).state == State.PENDING
    scene.pass_time(minutes=1)
    assert scene.send(a_refund(scene, "300.00")).state == State.PENDING
    assert scene.send(a_refund(scene, "0.01")).state == State.APPROVED


def test_closing_needs_a_reason_and_an_open_one(scene: Scene) -> None:
    with_a_past(scene)
    scene.send(a_refund(scene, "9000.00"))
    with pytest.raises(breaker.ReasonLacks):
        breaker.close(the_breaker(), reason="  ", by=finn(), at=scene.now)
    breaker.close(the_breaker(), reason="I looked.", by=ola(), at=scene.now)
    with pytest.raises(MoveNotAllowed):
        breaker.close(the_breaker(), reason="I looked.", by=finn(), at=scene.now)
    event = Event.objects.get(action="breaker.closed")
    assert (event.details["reason"], event.actor_id) == ("I looked.", ola().pk)


def test_what_waited_is_looked_at_as_soon_as_it_is_closed(scene: Scene) -> None:
    with_a_past(scene)
    stopped = scene.send(a_refund(scene, "9000.00"))
    breaker.close(the_breaker(), reason="I looked.", by=finn(), at=scene.now)
    reactions.send_what_waited(Event.objects.get(action="breaker.closed"), scene.now)
    assert stopped in advancing.due(scene.now)


def test_those_who_answer_for_the_money_are_told_once(scene: Scene) -> None:
    finn()
    ola()
    with_a_past(scene)
    for _ in range(3):
        scene.send(a_refund(scene, "9000.00"))
    event = Event.objects.get(action="breaker.opened")
    for _ in range(2):
        reactions.react(event.pk, "breaker_opened")
    assert set(Letter.objects.values_list("to_email", flat=True)) == {finn().email, ola().email}
    assert Letter.objects.count() == 2


@pytest.mark.faults
def test_eight_senders_at_once_stay_within_the_sum(scene: Scene) -> None:
    with_a_past(scene)
    refunds = [a_refund(scene, "90.00") for _ in range(8)]
    at_once(*[lambda each=refund: scene.send(each) for refund in refunds])
    states = [Refund.objects.get(pk=refund.pk).state for refund in refunds]
    assert states.count(State.PENDING) == 3
    assert states.count(State.APPROVED) == 5


def no_answers(scene: Scene, times: int = breaker.ERRORS_IN_A_ROW) -> list[Refund]:
    """So many refunds that the provider did not answer."""
    scene.lie(*[Lie.CUTS_BEFORE] * times)
    return [scene.send(scene.refund()) for _ in range(times)]


def test_five_unclear_answers_in_a_row_open_it(scene: Scene) -> None:
    no_answers(scene)
    assert the_breaker().cause == Cause.ERRORS
    waiting = scene.send(scene.refund())
    assert (waiting.state, scene.made_for(waiting)) == (State.APPROVED, [])


def test_a_clear_answer_between_them_begins_the_count_anew(scene: Scene) -> None:
    no_answers(scene, 4)
    scene.send(scene.refund())
    no_answers(scene, 4)
    assert the_breaker().state == BreakerState.CLOSED


def test_a_refusal_is_an_answer(scene: Scene) -> None:
    no_answers(scene, 4)
    refund = scene.opened(scene.payment("79.00"))
    scene.sandbox.book.dispute(refund.payment.provider_reference, 1_00)
    assert scene.send(refund).state == State.FAILED
    assert the_breaker().errors == 0
    scene.is_to_be_verified = False  # that dispute was never taken in


def test_after_a_pause_one_is_tried_and_its_answer_closes_it(scene: Scene) -> None:
    no_answers(scene)
    waiting = [scene.send(scene.refund()) for _ in range(2)]
    assert scene.after(waiting[0], minutes=4).state == State.APPROVED
    scene.pass_time(minutes=1)
    assert scene.send(waiting[0]).state == State.PENDING
    assert the_breaker().state == BreakerState.CLOSED
    assert scene.send(waiting[1]).state == State.PENDING


def test_only_one_is_tried_and_the_pauses_grow(scene: Scene) -> None:
    no_answers(scene)
    pauses = []
    for _ in range(9):
        opened = the_breaker()
        assert opened.try_at is not None
        pauses.append(opened.try_at - scene.now)
        scene.pass_time(seconds=pauses[-1].total_seconds())
        scene.lie(Lie.CUTS_BEFORE)
        assert scene.send(scene.refund()).state == State.UNKNOWN
        assert scene.send(scene.refund()).state == State.APPROVED
    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)]
    assert pauses[-1] == breaker.LONGEST_PAUSE


def test_what_is_unknown_is_still_looked_up_but_not_sent_again(scene: Scene) -> None:
    unknown = no_answers(scene)[0]
    scene.pass_time(minutes=3)
    assert scene.advance(unknown).state == State.UNKNOWN
    assert scene.made_for(unknown) == []
    scene.pass_time(minutes=3)
    assert scene.advance(unknown).state == State.PENDING
    assert len(scene.made_for(unknown)) == 1


def test_a_refund_tried_again_counts_too(scene: Scene) -> None:
    failed = scene.after(scene.sent(Fate.FAILS), days=1)
    with_a_past(scene, minor=1_00)
    retrying.retry(failed, provider=scene.provider, by=finn(), at=scene.now)
    assert scene.advance(failed).state == State.SENDING
    assert the_breaker().cause == Cause.SUM


def test_nothing_is_silent_while_it_is_open(scene: Scene) -> None:
    no_answers(scene)
    scene.send(scene.refund())
    silent = [each for each in problems(at=scene.now + timedelta(hours=6)) if each.invariant == "silence"]
    assert silent == []


def test_verify_finds_what_was_sent_through_an_open_one(scene: Scene) -> None:
    refund = scene.sent()
    Breaker.objects.filter(provider="sandbox").update(
        state=BreakerState.OPEN, cause=Cause.SUM, opened_at=scene.now - HOUR
    )
    assert [(each.invariant, each.about) for each in problems(at=scene.now)] == [("breaker", str(refund))]
    scene.is_to_be_verified = False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken", [{"state": "open"}, {"cause": "sum"}, {"state": "open", "cause": "errors", "opened_at": NOON}]
)
def test_postgresql_knows_no_breaker_that_is_open_without_a_cause(broken: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Breaker.objects.create(provider="sandbox", **broken)


@dataclass
class Oracle:
    """All that was sent, and the rule said as plainly as it can be."""

    sent: list[tuple[datetime, int, datetime]] = field(default_factory=list)
    closed_at: datetime | None = None
    is_open: bool = False

    def may_send(self, minor: int, opened_at: datetime, at: datetime) -> bool:
        self.is_open = self.is_open or self._is_too_much(minor, opened_at, at)
        return not self.is_open

    def _is_too_much(self, minor: int, opened_at: datetime, at: datetime) -> bool:
        if self.closed_at and opened_at <= self.closed_at:
            return False
        hours: dict[datetime, int] = defaultdict(int)
        began = at.replace(minute=0, second=0, microsecond=0)
        for when, amount, _ in self.sent:
            if began - breaker.LOOKED_BACK <= when < began:
                hours[when.replace(minute=0, second=0, microsecond=0)] += amount
        if len(hours) < 24:
            return False
        recent = [
            amount
            for when, amount, opened in self.sent
            if when > at - HOUR and (self.closed_at is None or opened > self.closed_at)
        ]
        return sum(recent) + minor > 3 * median_low(sorted(hours.values()))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_it_stops_exactly_what_a_simple_oracle_stops(seed: int) -> None:
    chance, oracle, now = random.Random(seed), Oracle(), NOON  # noqa: S311  # to be repeated
    order = an_order(olena(), purchased_at=ago(days=3), amount=usd("1.00"), paid=False)
    payment = a_payment(order, captured_at=ago(days=3), captured=usd("1.00"), reference="ch_1")
    stopped = 0
    for _ in range(220):
        now += timedelta(minutes=chance.choice([1, 5, 20, 40, 90]))
        minor = chance.choice([10_00, 20_00, 30_00, 90_00])
        opened_at = now - timedelta(minutes=chance.choice([0, 0, 30]))
        refund = Refund(
            payment=payment, provider="sandbox", currency="USD", amount_minor=minor, opened_at=opened_at
        )
        with transaction.atomic():
            goes = breaker.wait_before_sending(refund, by=WORKER, at=now) is None
        assert goes == oracle.may_send(minor, opened_at, now)
        if goes:
            oracle.sent.append((now, minor, now))
            sent_before(payment, minor, now)
        else:
            stopped += 1
            if chance.random() < 0.5:
                breaker.close(the_breaker(), reason="I looked.", by=finn(), at=now)
                oracle.is_open, oracle.closed_at = False, now
    assert stopped > 3
    assert UsualHour.objects.filter(hours__gte=24).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_errors_in_a_row_are_counted_as_a_child_would(seed: int) -> None:
    chance, in_a_row, is_open = random.Random(seed), 0, False  # noqa: S311  # to be repeated
    for step in range(60):
        said = chance.choice([Said.UNKNOWN, Said.UNKNOWN, Said.UNKNOWN, Said.PENDING, Said.FAILED])
        with transaction.atomic():
            breaker.count_answer("sandbox", said, by=WORKER, at=NOON + timedelta(minutes=step))
        in_a_row = in_a_row + 1 if said is Said.UNKNOWN else 0
        is_open = in_a_row >= 5 if not is_open else said is Said.UNKNOWN
        assert (the_breaker().state == BreakerState.OPEN) == is_open
