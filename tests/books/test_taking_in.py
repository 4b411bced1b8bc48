"""A report is taken in once, whole or not at all; its fees are booked once; what explains itself goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.books import settling, tasks
from makegood.books.matching import match_again
from makegood.books.models import Difference, DifferenceState, Report, ReportedMovement
from makegood.books.taking_in import (
    AlreadyTakenIn,
    NotAReport,
    NothingInIt,
    OutsideItsDays,
    take_in_by_api,
    take_in_file,
)
from makegood.refunds import ledger, reports
from makegood.refunds.providers.sandbox.report import as_csv
from makegood.refunds.providers.sandbox.timeline import Fate
from tests.at_once import at_once, refusals
from tests.books.scenes import PERIOD, UTC_ZONE, WORKER, open_kinds, paid, reported, take_in, ten_days_pass
from tests.people import NOON, finn, usd
from tests.refunds.scenes import Scene
from tests.refunds.standing_in import connections


def ask(scene: Scene) -> None:
    take_in_by_api(
        "sandbox",
        begins=PERIOD[0],
        ends=PERIOD[1],
        connections=connections("sandbox", scene.sandbox.url),
        by=WORKER,
        at=scene.now,
    )


def test_the_same_file_is_taken_in_once(scene: Scene) -> None:
    paid(scene)
    take_in(scene, reported(scene))
    with pytest.raises(AlreadyTakenIn, match=r"report\.csv"):
        take_in(scene, reported(scene), name="again.csv")
    assert ReportedMovement.objects.count() == 1


def test_what_the_api_tells_is_what_the_file_tells(scene: Scene) -> None:
    paid(scene, Fate.BOUNCES)
    ten_days_pass(scene)
    ask(scene)
    told = reports.read("sandbox", as_csv(reported(scene)))
    kept = ReportedMovement.objects.order_by("number")
    assert [(each.kind, each.amount, each.at) for each in kept] == [(x.kind, x.amount, x.at) for x in told]
    assert [each.kind for each in told] == ["refund", "returned"]
    assert open_kinds() == []


def test_asked_twice_for_the_same_time_it_is_one_report(scene: Scene) -> None:
    paid(scene)
    ask(scene)
    with pytest.raises(AlreadyTakenIn):
        ask(scene)
    assert Report.objects.count() == 1


def test_the_worker_asks_for_yesterday(scene: Scene, settings: object) -> None:
    paid(scene)
    for name in ("MAKEGOOD_SANDBOX_URL", "MAKEGOOD_SANDBOX_SECRET", "MAKEGOOD_SANDBOX_WEBHOOK_SECRET"):
        setattr(settings, name, getattr(connections("sandbox", scene.sandbox.url), name))
    tasks.fetch_report("sandbox", NOON.date().isoformat())
    tasks.fetch_report("sandbox", NOON.date().isoformat())
    assert Report.objects.get().lines == 1
    assert Report.objects.get().ends_at - Report.objects.get().begins_at == timedelta(days=1)


def test_fees_are_booked_once_however_many_reports_tell_of_them(scene: Scene) -> None:
    paid(scene)
    paid(scene)
    take_in(scene, reported(scene))
    take_in(scene, reported(scene)[:1], name="the first day.csv")
    assert ledger.balance(ledger.fees_of("sandbox"), "USD") == usd("0.50")
    assert ledger.balance(ledger.at_provider("sandbox"), "USD") == usd("-158.50")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "no column"),
        (b"\xff\xfe", "UTF-8"),
        (b"at,kind,refund,charge,amount,currency,fee,fee_currency\nx,refund,re,ch,1.00,USD,,\n", "Line 2"),
        (b"at,kind,refund,charge,amount,currency,fee,fee_currency\nx,gift,re,ch,1.00,USD,,\n", "gift"),
        (b"at,kind,refund,charge,amount,currency,fee,fee_currency\nx,refund\n", "number of cells"),
    ],
)
def test_what_is_no_report_is_refused_in_words(db: None, content: bytes, words: str) -> None:
    with pytest.raises(NotAReport, match=words):
        take_in_file("sandbox", content, name="x", first=None, last=None, zone=UTC_ZONE, by=WORKER, at=NOON)
    assert not Report.objects.exists()


def test_an_empty_report_needs_its_days(db: None) -> None:
    empty = as_csv([]).encode()
    with pytest.raises(NothingInIt):
        take_in_file("sandbox", empty, name="x", first=None, last=None, zone=UTC_ZONE, by=WORKER, at=NOON)


def test_a_line_outside_the_days_that_were_given_is_refused(scene: Scene) -> None:
    paid(scene)
    content, day = as_csv(reported(scene)).encode(), NOON.date() - timedelta(days=3)
    with pytest.raises(OutsideItsDays, match=NOON.date().isoformat()):
        take_in_file("sandbox", content, name="x", first=day, last=day, zone=UTC_ZONE, by=WORKER, at=NOON)


def test_a_later_report_explains_what_was_missing(scene: Scene) -> None:
    paid(scene)
    ten_days_pass(scene)
    take_in(scene, [])
    assert open_kinds() == ["missing"]
    take_in(scene, reported(scene), name="the next one.csv")
    assert Difference.objects.get().state == DifferenceState.GONE
    assert Event.objects.filter(action=Action.DIFFERENCE_GONE).count() == 1


def test_a_settled_difference_stays_settled_until_somebody_opens_it_again(scene: Scene) -> None:
    paid(scene)
    lines = reported(scene)
    take_in(scene, [*lines, replace(lines[0], refund_id="re_of_nobody")])
    difference = settling.settle(Difference.objects.get(), note="Of the other shop.", by=finn(), at=scene.now)
    match_again("sandbox", by=WORKER, at=scene.now)
    assert Difference.objects.get().state == DifferenceState.SETTLED
    settling.reopen(difference, note="The other shop knows nothing.", by=finn(), at=scene.now)
    match_again("sandbox", by=WORKER, at=scene.now)
    assert open_kinds() == ["unknown"]
    told = [event.details.get("note") for event in Event.objects.filter(action__startswith="books.diff")]
    assert told == [None, "Of the other shop.", "The other shop knows nothing."]


def test_without_a_note_nothing_is_settled(scene: Scene) -> None:
    paid(scene)
    take_in(scene, [replace(reported(scene)[0], refund_id="re_of_nobody")])
    with pytest.raises(settling.NoteMissing):
        settling.settle(Difference.objects.get(), note="  ", by=finn(), at=scene.now)
    assert open_kinds() == ["unknown"]


def test_two_reports_of_the_same_movements_at_once_book_their_fees_once(scene: Scene) -> None:
    paid(scene)
    paid(scene)
    lines = reported(scene)
    first, second = partial(take_in, scene, lines), partial(take_in, scene, lines[::-1], name="other.csv")
    assert refusals(at_once(first, second)) == []
    assert ledger.balance(ledger.fees_of("sandbox"), "USD") == usd("0.50")
    assert Report.objects.count() == 2
