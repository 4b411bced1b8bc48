"""`makegood reconcile` finds each difference that is planted, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from makegood.books.models import Difference, DifferenceKind, MatchedSum
from makegood.money import Money
from makegood.refunds.models import Refund
from makegood.refunds.providers.base import ReportLine
from makegood.refunds.providers.sandbox.timeline import Fate
from tests.books.scenes import open_kinds, paid, reported, take_in, ten_days_pass
from tests.people import usd
from tests.refunds.scenes import Scene

Lines = list[ReportLine]
Plant = Callable[[Scene, Lines], Lines]


def in_the_report_unknown_to_us(_scene: Scene, lines: Lines) -> Lines:
    return [*lines, replace(lines[0], refund_id="re_of_nobody")]


def missing_in_the_report(_scene: Scene, lines: Lines) -> Lines:
    return lines[1:]


def another_amount(_scene: Scene, lines: Lines) -> Lines:
    return [replace(lines[0], amount=usd("78.99")), *lines[1:]]


def another_currency(_scene: Scene, lines: Lines) -> Lines:
    return [replace(lines[0], amount=Money(7900, "EUR")), *lines[1:]]


def twice_in_the_report(_scene: Scene, lines: Lines) -> Lines:
    return [*lines, lines[0]]


def paid_under_a_refund_that_failed(scene: Scene, lines: Lines) -> Lines:
    failed = scene.after(scene.sent(Fate.FAILS), days=1)
    return [*lines, replace(lines[0], refund_id=failed.provider_refund_id, charge_id=charge_of(failed))]


def returned_there_arrived_here(_scene: Scene, lines: Lines) -> Lines:
    back = replace(lines[0], kind=lines[0].kind.RETURNED, at=lines[0].at + timedelta(days=1), fee=None)
    return [*lines, back]


def another_day(_scene: Scene, lines: Lines) -> Lines:
    return [replace(lines[0], at=lines[0].at + timedelta(days=4)), *lines[1:]]


def another_charge(_scene: Scene, lines: Lines) -> Lines:
    return [replace(lines[0], charge_id=lines[1].charge_id), *lines[1:]]


def another_fee(scene: Scene, lines: Lines) -> Lines:
    take_in(scene, lines, name="first.csv")
    return [replace(lines[0], fee=usd("0.30")), *lines[1:]]


def charge_of(refund: Refund) -> str:
    return refund.payment.provider_reference


PLANTED: dict[Plant, tuple[DifferenceKind, str]] = {
    in_the_report_unknown_to_us: (DifferenceKind.UNKNOWN, "79.00 USD"),
    missing_in_the_report: (DifferenceKind.MISSING, "-79.00 USD"),
    another_amount: (DifferenceKind.AMOUNT, "-0.01 USD"),
    another_currency: (DifferenceKind.CURRENCY, "79.00 EUR -79.00 USD"),
    twice_in_the_report: (DifferenceKind.TWICE, "79.00 USD"),
    paid_under_a_refund_that_failed: (DifferenceKind.NOT_PAID_HERE, "79.00 USD"),
    returned_there_arrived_here: (DifferenceKind.RETURNED_THERE, "-79.00 USD"),
    another_day: (DifferenceKind.DAY, ""),
    another_charge: (DifferenceKind.CHARGE, ""),
    another_fee: (DifferenceKind.FEE, ""),
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_each_planted_difference_is_found_and_nothing_else(
    scene: Scene, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        paid(scene)
    ten_days_pass(scene)
    kind, off_by = PLANTED[plant]
    match = take_in(scene, plant(scene, reported(scene)))

    assert open_kinds() == [kind]
    sums = MatchedSum.objects.filter(match=match).order_by("currency")
    assert " ".join(str(each.difference) for each in sums if each.difference) == off_by

    with pytest.raises(CommandError, match="Open differences: 1"):
        call_command("reconcile")
    told = capsys.readouterr().err
    assert Difference.objects.get().provider_refund_id in told


def test_where_nothing_differs_it_says_so(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        paid(scene)
    ten_days_pass(scene)
    take_in(scene, reported(scene))
    call_command("reconcile")
    assert "difference 0.00 USD" in capsys.readouterr().out
    assert open_kinds() == []


def test_all_of_them_at_once_are_found(scene: Scene) -> None:
    plants = [each for each in PLANTED if each is not another_fee]
    for _ in range(2 * len(plants)):
        paid(scene)
    ten_days_pass(scene)
    lines = reported(scene)
    pairs = [lines[number : number + 2] for number in range(0, len(lines), 2)]
    take_in(scene, [line for plant, pair in zip(plants, pairs, strict=True) for line in plant(scene, pair)])
    assert sorted(open_kinds()) == sorted(PLANTED[plant][0] for plant in plants)
