"""Races and traps that cost somebody money once, each by its name; those of other places are tested there."""

from __future__ import annotations

import pytest
from django.db import transaction

from makegood.money import Money
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import external, opening, reconciling
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.states import State
from tests.at_once import at_once, refusals, successes
from tests.refunds.scenes import WORKER, Scene

PAYMENTS, CONNECTIONS = 100, 8


def test_a_hundred_payments_of_which_eight_connections_ask_sixty_per_cent_each(scene: Scene) -> None:
    """Check-then-insert over-refunds all of them; the counter none."""
    payments = [scene.payment("100.00") for _ in range(PAYMENTS)]

    def ask(connection: int) -> list[Refund]:
        got = []
        for payment in payments:
            try:
                got.append(scene.opened(payment, "60.00", reference=f"R-{connection}"))
            except ExceedsCaptured:
                continue
        return got

    ends = at_once(*[lambda number=number: ask(number) for number in range(CONNECTIONS)])
    assert refusals(ends) == []
    assert sum(len(got) for got in successes(ends)) == PAYMENTS, "each payment is asked for once"
    assert Refund.objects.count() == Refund.objects.values("payment").distinct().count() == PAYMENTS
    assert set(Payment.objects.values_list("reserved_minor", flat=True)) == {6000}


def test_the_provider_paid_and_our_transaction_was_rolled_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it answered is lost; the next look finds what it made, and nothing is sent again."""
    refund = scene.refund()
    store = "makegood.refunds.answers._store"
    with monkeypatch.context() as broken:
        broken.setattr(store, _disk_full)
        with pytest.raises(OSError, match="No space left"):
            scene.send(refund)
    assert Refund.objects.get().state == State.SENDING
    assert len(scene.made_for(refund)) == 1
    assert scene.after(refund, minutes=3).state == State.PENDING
    assert len(scene.made_for(refund)) == 1
    assert refund.attempts.count() == 1


def test_two_partial_refunds_and_an_old_event_redelivered(scene: Scene) -> None:
    """Each is its own; comparing on any occasion counts none of them twice."""
    payment = scene.payment("100.00")
    first = scene.send(scene.opened(payment, "40.00", reference="R-1"))
    scene.pass_time(days=7)
    second = scene.send(scene.opened(payment, "60.00", reference="R-2"))
    for _delivered in range(2):
        reconciling.match(payment, provider=scene.provider, by=WORKER, at=scene.now)
    stand = dict(Refund.objects.values_list("pk", "state"))
    assert stand == {first.pk: State.SETTLED, second.pk: State.PENDING}
    assert not ExternalRefund.objects.exists()
    assert Payment.objects.get().reserved_minor == 10_000
    scene.after(second, days=7)


def test_a_double_click_opens_one_refund(scene: Scene) -> None:
    payment = scene.payment()
    ends = at_once(*[lambda: scene.opened(payment)] * 2)
    assert refusals(ends) == []
    assert {refund.pk for refund in successes(ends)} == {Refund.objects.get().pk}


def test_an_external_refund_found_and_a_refund_opened_at_once_share_what_is_left(scene: Scene) -> None:
    """Whoever is first, no more is reserved than was captured, and nothing of it is sent twice."""
    payment = scene.payment("100.00")
    book = scene.sandbox.book
    book.refund(payment.provider_reference, 7_000, "USD", attempt="", made_by="dashboard")
    [listed] = scene.provider.charge(payment.provider_reference).refunds

    def find() -> object:
        return external.found(payment, listed, by=WORKER, at=scene.now)

    ends = at_once(find, lambda: scene.opened(payment, "60.00"))
    assert all(isinstance(end, ExceedsCaptured) for end in refusals(ends))
    assert Payment.objects.get().reserved_minor <= 10_000
    assert not Refund.objects.exclude(state=State.HELD).exists()


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("7900", "JPY", 7_900),
        ("7900", "ISK", 7_900),
        ("79.00", "HUF", 7_900),
        ("79.00", "TWD", 7_900),
        ("7900", "UGX", 7_900),
        ("7.900", "KWD", 7_900),
    ],
)
def test_other_exponents(scene: Scene, amount: str, currency: str, minor: int) -> None:
    """A yen is a yen, not a hundredth of one: what the provider is asked for is what it captured."""
    refund = scene.send(scene.opened(scene.payment(amount, currency)))
    [made] = scene.made_for(refund)
    assert (made.amount, made.currency) == (minor, currency) == (refund.amount_minor, refund.currency)
    assert refund.amount == Money.of(amount, currency)


def test_one_cent_left_over_in_a_split_goes_to_one_of_them(scene: Scene) -> None:
    """Three thirds of 100.00 are 100.00, in three refunds of one payment that leave nothing."""
    payment = scene.payment("100.00")
    parts = Money.of("100.00", "USD").allocate([1, 1, 1])
    assert sorted(part.minor for part in parts) == [3_333, 3_333, 3_334]
    for number, part in enumerate(parts):
        opening.open(
            payment=payment, amount=part, reference=f"R-{number}", decision_round=1, by=WORKER, at=scene.now
        )
    assert Payment.objects.get().reserved_minor == 10_000
    with pytest.raises(ExceedsCaptured), transaction.atomic():
        scene.opened(payment, "0.01", reference="R-9")


def _disk_full(*_: object) -> None:
    raise OSError("No space left on device")
