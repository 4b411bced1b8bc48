"""A refund is asked for once; what is not clearly answered is looked up before anything is sent again."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from django.db import transaction

from makegood.audit.moving import MoveNotAllowed
from makegood.orders.models import Payment
from makegood.refunds import advancing, opening, queries, sending
from makegood.refunds.models import Attempt, Refund
from makegood.refunds.providers.base import Answer, Instruction, Promises
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.server import Manners
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from tests.at_once import at_once
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET, WORKER, Scene


class Promising(SandboxProvider):
    """The sandbox, of which we believe something else than what it promises."""

    def __init__(self, scene: Scene, promises: Promises) -> None:
        super().__init__(url=scene.sandbox.url, secret=SECRET, webhook_secret=WEBHOOK_SECRET)
        self.promises = promises


class Slow(Promising):
    """Something happens between the provider's answer to a look-up and our hearing it."""

    def __init__(self, scene: Scene, promises: Promises, meanwhile: Callable[[], object]) -> None:
        super().__init__(scene, promises)
        self._meanwhile = meanwhile

    def look_up(self, instruction: Instruction) -> Answer:
        answer = super().look_up(instruction)
        self._meanwhile()
        return answer


def believing(scene: Scene, **promises: object) -> None:
    scene.provider = Promising(scene, replace(SandboxProvider.promises, **promises))  # type: ignore[arg-type]


def test_a_sent_refund_is_accepted_not_paid(scene: Scene) -> None:
    assert scene.sent().state == State.PENDING


def test_a_refund_goes_from_sent_to_arrived(scene: Scene) -> None:
    refund = scene.sent()
    states = [scene.after(refund, days=1).state, scene.after(refund, days=6).state]
    assert states == [State.SUCCEEDED, State.SETTLED]


def test_the_trace_reference_is_kept_as_soon_as_it_is_known(scene: Scene) -> None:
    refund = scene.after(scene.sent(), days=1)
    assert refund.trace_reference == ""
    assert scene.after(refund, days=2).trace_reference.startswith("ARN")


def test_a_refund_the_provider_refuses_failed_and_gives_its_money_back(scene: Scene) -> None:
    refund = scene.opened(scene.payment("79.00"))
    scene.sandbox.book.refund(
        refund.payment.provider_reference, 1, "USD", attempt="somebody's", made_by="api"
    )
    scene.is_to_be_verified = False  # that stranger was never taken in
    refund = scene.send(refund)
    assert refund.state == State.FAILED
    assert Payment.objects.get().reserved_minor == 0


def test_a_provider_can_ask_for_action(scene: Scene) -> None:
    assert scene.sent(Fate.NEEDS_ACTION).state == State.ACTION_NEEDED


def test_a_provider_can_cancel(scene: Scene) -> None:
    assert scene.after(scene.sent(Fate.IS_CANCELED), days=1).state == State.CANCELED


def test_a_failure_days_later_brings_the_refund_back(scene: Scene) -> None:
    refund = scene.after(scene.sent(Fate.BOUNCES), days=1)
    assert refund.state == State.SUCCEEDED
    assert scene.after(refund, days=10).state == State.BOUNCED
    assert Payment.objects.get().reserved_minor == 0


@pytest.mark.parametrize("lie", [lie for lie in Lie if lie.does_it])
def test_what_was_done_without_a_clear_word_is_unknown_until_looked_up(scene: Scene, lie: Lie) -> None:
    scene.lie(lie)
    refund = scene.sent()
    assert refund.state == State.UNKNOWN
    assert scene.after(refund, minutes=2).state == State.PENDING
    assert len(scene.made_for(refund)) == 1


@pytest.mark.parametrize("lie", [Lie.CUTS_BEFORE, Lie.SAYS_429])
def test_what_was_not_done_is_sent_again_under_the_same_key(scene: Scene, lie: Lie) -> None:
    scene.lie(lie)
    refund = scene.sent()
    assert refund.state == State.UNKNOWN
    assert scene.after(refund, minutes=2).state == State.PENDING
    assert Attempt.objects.count() == 1
    assert len(scene.made_for(refund)) == 1


def test_a_remembered_error_is_outlived_with_the_same_key(scene: Scene) -> None:
    scene.lie(Lie.SAYS_500_DID_NOT)
    refund = scene.sent()
    assert scene.after(refund, hours=2).state == State.UNKNOWN
    assert scene.after(refund, hours=23).state == State.PENDING
    assert Attempt.objects.count() == 1


def test_a_silent_provider_leaves_the_refund_unknown_and_scheduled(scene: Scene) -> None:
    refund = scene.refund()
    nowhere = SandboxProvider(url="http://127.0.0.1:9", secret="", webhook_secret="")
    refund = sending.send(refund.pk, provider=nowhere, by=WORKER, at=scene.now)
    assert refund.state == State.UNKNOWN
    assert refund.next_look_at is not None


def test_a_wrong_secret_tells_nothing_about_the_money(scene: Scene) -> None:
    stranger = SandboxProvider(url=scene.sandbox.url, secret="wrong", webhook_secret="")
    refund = sending.send(scene.refund().pk, provider=stranger, by=WORKER, at=scene.now)
    assert refund.state == State.UNKNOWN


def test_after_the_key_window_a_refund_that_was_made_is_found_not_made_again(scene: Scene) -> None:
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    scene.sandbox.book.forget_keys()
    assert scene.after(refund, hours=30).state == State.SUCCEEDED
    assert len(scene.made_for(refund)) == 1


def test_after_the_key_window_without_a_look_up_a_person_is_asked(scene: Scene) -> None:
    believing(scene, can_look_up=False)
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    assert scene.after(refund, hours=23, minutes=1).state == State.ACTION_NEEDED
    assert len(scene.made_for(refund)) == 1


def test_within_the_key_window_the_key_itself_makes_a_second_call_safe(scene: Scene) -> None:
    believing(scene, can_look_up=False)
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    assert scene.after(refund, hours=22).state == State.PENDING
    assert len(scene.made_for(refund)) == 1


def test_without_keys_an_absent_refund_is_believed_only_after_an_hour(scene: Scene) -> None:
    believing(scene, key_window=timedelta())
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.sent()
    assert scene.after(refund, minutes=30).state == State.UNKNOWN
    assert scene.after(refund, minutes=31).state == State.PENDING


class TestProviderThatRemembersNothing:
    """Its keys protect nobody."""

    @pytest.fixture
    def manners(self) -> Manners:
        return Manners(secret=SECRET, webhook_secret=WEBHOOK_SECRET, remembers="nothing")

    def test_is_paid_once_all_the_same(self, scene: Scene) -> None:
        scene.lie(Lie.SAYS_500_DID_IT)
        refund = scene.sent()
        assert scene.after(refund, minutes=2).state == State.PENDING
        assert len(scene.made_for(refund)) == 1


def test_a_payment_too_old_for_its_provider_waits_for_a_person(scene: Scene) -> None:
    believing(scene, max_refund_age=timedelta(days=2))
    refund = scene.sent()
    assert refund.state == State.HELD
    assert list(queries.waiting_for_a_person()) == [refund]


def test_a_key_longer_than_the_provider_takes_is_never_sent(scene: Scene) -> None:
    believing(scene, key_max_length=20)
    with pytest.raises(sending.KeyTooLong):
        scene.sent()
    assert Refund.objects.get().state == State.APPROVED


def test_an_answer_about_another_amount_is_left_to_a_person(scene: Scene) -> None:
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.sent()
    attempt, charge = Attempt.objects.get(), refund.payment.provider_reference
    scene.sandbox.book.refund(charge, 100, "USD", attempt=attempt.key, made_by="api")
    scene.is_to_be_verified = False  # the provider made it of another amount, which is a problem
    refund = scene.after(refund, minutes=3)
    assert refund.state == State.ACTION_NEEDED
    assert refund.disagreed_at == scene.now


def test_sending_twice_is_refused(scene: Scene) -> None:
    refund = scene.sent()
    with pytest.raises(MoveNotAllowed, match="moved on meanwhile"):
        scene.send(refund)


def test_sending_through_another_provider_is_refused(scene: Scene) -> None:
    with pytest.raises(sending.WrongProvider):
        sending.send(scene.refund().pk, provider=ManualProvider(), by=WORKER, at=scene.now)


def test_a_provider_is_never_called_inside_a_transaction(scene: Scene) -> None:
    refund = scene.refund()
    with pytest.raises(sending.InsideTransaction), transaction.atomic():
        scene.send(refund)
    assert scene.made_for(refund) == []


def test_a_refusal_because_it_was_made_already_is_not_a_failure(scene: Scene) -> None:
    """Our first call is still on its way when we look; it arrives before the second, which is refused."""
    refund = scene.opened(scene.payment("79.00"))
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.send(refund)
    key = Attempt.objects.get().key

    def the_first_call_arrives() -> None:
        charge = refund.payment.provider_reference
        if not scene.made_for(refund):
            scene.sandbox.book.refund(charge, 79_00, "USD", attempt=key, made_by="api")

    scene.pass_time(minutes=3)
    late = Slow(scene, scene.provider.promises, the_first_call_arrives)
    assert advancing.advance(refund.pk, provider=late, by=WORKER, at=scene.now).state == State.PENDING


@pytest.mark.faults
def test_eight_sends_of_one_refund_at_once_pay_once(scene: Scene) -> None:
    refund = scene.refund()
    outcomes = at_once(*[lambda: scene.send(refund)] * 8)
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, MoveNotAllowed) for outcome in outcomes) == 7
    assert len(scene.made_for(refund)) == 1


@pytest.mark.faults
@pytest.mark.parametrize("lie", [Lie.CUTS_AFTER, Lie.CUTS_BEFORE, Lie.SAYS_429])
def test_eight_recoveries_of_one_refund_at_once_pay_once(scene: Scene, lie: Lie) -> None:
    believing(scene, key_window=timedelta())  # so that no key hides a second call
    scene.lie(lie)
    refund = scene.sent()
    scene.pass_time(hours=2)
    scene.sandbox.book.forget_keys()
    outcomes = at_once(*[lambda: scene.advance(refund)] * 8)
    assert all(isinstance(outcome, Refund) for outcome in outcomes)
    assert len(scene.made_for(refund)) == 1


def test_a_worker_that_slept_through_its_lease_sends_nothing_on_old_news(scene: Scene) -> None:
    believing(scene, key_window=timedelta())
    scene.lie(Lie.CUTS_BEFORE, Lie.CUTS_AFTER)
    refund = scene.sent()
    scene.pass_time(hours=2)

    def another_worker_sends_it() -> None:
        scene.after(refund, minutes=3)
        scene.sandbox.book.forget_keys()

    slow = Slow(scene, scene.provider.promises, another_worker_sends_it)
    advancing.advance(refund.pk, provider=slow, by=WORKER, at=scene.now)
    assert len(scene.made_for(refund)) == 1


def test_advancing_does_nothing_while_somebody_else_asks(scene: Scene) -> None:
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    sending.claim(refund.pk, at=scene.now)
    assert scene.advance(refund).state == State.UNKNOWN
    assert scene.after(refund, minutes=3).state == State.PENDING


def test_a_held_refund_is_left_alone_by_the_worker(scene: Scene) -> None:
    held = opening.hold(scene.refund(), reason="A dispute.", by=WORKER, at=scene.now)
    assert scene.after(held, days=2).state == State.HELD


def test_polling_says_the_same_thing_once(scene: Scene) -> None:
    refund = scene.sent()
    for _ in range(5):
        scene.after(refund, minutes=10)
    assert Attempt.objects.get().answers.count() == 1


def test_what_is_unfinished_is_looked_at_less_and_less_but_at_least_every_six_hours(scene: Scene) -> None:
    refund = scene.after(scene.sent(), hours=20)
    assert refund.next_look_at is not None
    assert timedelta(hours=4) < refund.next_look_at - scene.now <= timedelta(hours=6)


def test_a_timeout_is_unknown_and_asked_again_under_the_same_key(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes what is sent and never answers
        waiting = SandboxProvider(
            url=f"http://127.0.0.1:{silent.getsockname()[1]}",
            secret=SECRET,
            webhook_secret="",
            timeout=httpx.Timeout(5, read=0.1),
        )
        refund = sending.send(scene.refund().pk, provider=waiting, by=WORKER, at=scene.now)
    assert refund.state == State.UNKNOWN
    assert scene.after(refund, minutes=3).state == State.PENDING
    assert Attempt.objects.count() == 1
