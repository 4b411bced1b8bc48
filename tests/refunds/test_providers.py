"""The contract of every provider: what each adapter must keep, whoever is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makegood.money import Money
from makegood.refunds.providers import registry
from makegood.refunds.providers.base import (
    CannotLookUp,
    DisputeState,
    EventRefused,
    Instruction,
    Provider,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners, StandIn
from makegood.refunds.providers.sandbox.lies import EventLie, Lie
from makegood.refunds.providers.sandbox.postman import Postman
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.sandbox.stand_ins import STAND_INS
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.signatures import sign
from tests.people import NOON
from tests.refunds.scenes import WEBHOOK_SECRET
from tests.refunds.standing_in import NOWHERE, STANDS, Meeting, connections, instruction, mailbox

CAPTURED = Money(10_000, "USD")
AMOUNT = Money(2_500, "USD")
FORGED = "somebody else's secret, as long as ours"


@contextmanager
def met(name: str, folder: Path, manners: Manners) -> Iterator[Meeting]:
    stand_in = STANDS[name].stand_in
    if stand_in is None:
        yield Meeting(name, None)
        return
    with stand_in(folder, manners, clock=Clock(frozen=NOON)) as server:
        yield Meeting(name, server)


@pytest.fixture(params=registry.NAMES)
def any_one(request: pytest.FixtureRequest, tmp_path: Path, manners: Manners) -> Iterator[Meeting]:
    """Every provider."""
    with met(request.param, tmp_path, manners) as meeting:
        yield meeting


@pytest.fixture(params=[name for name in registry.NAMES if STANDS[name].stand_in])
def there(request: pytest.FixtureRequest, tmp_path: Path, manners: Manners) -> Iterator[Meeting]:
    """Every provider that can be talked to."""
    with met(request.param, tmp_path, manners) as meeting:
        yield meeting


@pytest.fixture(params=registry.NAMES)
def unreachable(request: pytest.FixtureRequest) -> Provider:
    return registry.connect(request.param, connections(request.param, NOWHERE))


def refund_of(meeting: Meeting, amount: Money = AMOUNT, key: str = "key-1") -> Instruction:
    return instruction(meeting.captured(CAPTURED), amount, key)


def test_each_provider_is_met_and_each_stand_in_can_be_started() -> None:
    assert set(STANDS) == set(registry.NAMES)
    assert {name: stand.stand_in for name, stand in STANDS.items() if stand.stand_in} == STAND_INS


def test_it_is_known_by_its_name(any_one: Meeting) -> None:
    assert any_one.provider.name == any_one.name


def test_it_can_be_named_before_it_is_connected(any_one: Meeting) -> None:
    needed = registry.needed_by(any_one.name)
    assert all(getattr(connections("manual", ""), each) == "" for each in needed)
    assert registry.connect(any_one.name, connections("manual", "")).promises == any_one.promises


def test_it_takes_our_keys(any_one: Meeting) -> None:
    assert any_one.promises.key_max_length >= 36


def test_it_says_something_about_a_refund_it_was_asked_for(any_one: Meeting) -> None:
    answer = any_one.provider.refund(refund_of(any_one))
    assert answer.said in {Said.PENDING, Said.SUCCEEDED, Said.ACTION_NEEDED}
    assert answer.amount == AMOUNT


def test_a_key_it_knows_is_the_same_refund(any_one: Meeting) -> None:
    wanted = refund_of(any_one)
    first, again = any_one.provider.refund(wanted), any_one.provider.refund(wanted)
    if any_one.promises.key_window:
        assert first.refund_id == again.refund_id
    else:
        assert first.said is Said.ACTION_NEEDED


def test_it_finds_what_it_made_by_our_key_alone(any_one: Meeting) -> None:
    wanted = refund_of(any_one)
    made = any_one.provider.refund(wanted)
    if any_one.promises.can_look_up:
        assert any_one.provider.look_up(wanted).refund_id == made.refund_id
    else:
        with pytest.raises(CannotLookUp):
            any_one.provider.look_up(wanted)


def test_it_says_so_when_there_is_nothing_to_find(any_one: Meeting) -> None:
    never_sent = refund_of(any_one)
    if any_one.promises.can_look_up:
        assert any_one.provider.look_up(never_sent).said is Said.NOT_FOUND
    else:
        with pytest.raises(CannotLookUp):
            any_one.provider.charge(never_sent.charge_id)


def test_it_refuses_more_than_was_captured_if_it_promised_to(any_one: Meeting) -> None:
    answer = any_one.provider.refund(refund_of(any_one, CAPTURED + Money(1, "USD")))
    assert (answer.said is Said.FAILED) == any_one.promises.caps_total


def test_an_unsigned_event_is_refused(any_one: Meeting) -> None:
    with pytest.raises(EventRefused):
        any_one.provider.read_event(b"{}", {}, at=NOON)


def test_silence_is_never_taken_for_failure(unreachable: Provider) -> None:
    answer = unreachable.refund(instruction("ch_1", AMOUNT))
    assert answer.said is (Said.UNKNOWN if unreachable.promises.can_look_up else Said.ACTION_NEEDED)


def test_silence_is_never_taken_for_absence(unreachable: Provider) -> None:
    if unreachable.promises.can_look_up:
        assert unreachable.look_up(instruction("ch_1", AMOUNT)).said is Said.UNKNOWN
        with pytest.raises(ProviderUnreachable):
            unreachable.charge("ch_1")
    else:
        with pytest.raises(CannotLookUp):
            unreachable.look_up(instruction("ch_1", AMOUNT))


@pytest.mark.parametrize("lie", list(Lie))
def test_whatever_goes_wrong_with_a_call_a_look_tells_the_truth(there: Meeting, lie: Lie) -> None:
    wanted = refund_of(there)
    assert there.stand_in
    there.stand_in.liar.order([lie])
    assert there.provider.refund(wanted).said is Said.UNKNOWN
    found = there.provider.look_up(wanted)
    assert found.said is (Said.PENDING if lie.does_it else Said.NOT_FOUND)
    assert len(there.provider.charge(wanted.charge_id).refunds) == lie.does_it


def test_a_charge_is_refunded_in_parts_to_the_last_cent_and_no_further(there: Meeting) -> None:
    charge_id = there.captured(CAPTURED)
    parts = (Money(3_333, "USD"), Money(6_667, "USD"), Money(1, "USD"))
    answers = [
        there.provider.refund(instruction(charge_id, part, f"key-{number}"))
        for number, part in enumerate(parts)
    ]
    assert [answer.said is Said.FAILED for answer in answers] == [False, False, there.promises.caps_total]
    charge = there.provider.charge(charge_id)
    assert (charge.charge_id, charge.captured) == (charge_id, CAPTURED)
    assert [(each.key, each.amount) for each in charge.refunds] == [("key-0", parts[0]), ("key-1", parts[1])]


@pytest.mark.parametrize("amount", [Money(1_999, "EUR"), Money(9_800, "JPY")])
def test_a_refund_is_of_the_same_amount_in_the_currency_of_its_charge(there: Meeting, amount: Money) -> None:
    wanted = instruction(there.captured(amount), amount)
    assert there.provider.refund(wanted).amount == amount
    charge = there.provider.charge(wanted.charge_id)
    assert (charge.captured, [each.amount for each in charge.refunds]) == (amount, [amount])


def test_a_refund_in_another_currency_than_its_charge_is_not_made(there: Meeting) -> None:
    wanted = instruction(there.captured(Money(9_800, "JPY")), AMOUNT)
    assert there.provider.refund(wanted).said in {Said.FAILED, Said.ACTION_NEEDED}
    assert there.provider.charge(wanted.charge_id).refunds == ()


@pytest.mark.parametrize(
    ("fate", "days", "said"),
    [
        (Fate.SETTLES, 0, Said.PENDING),
        (Fate.SETTLES, 1, Said.SUCCEEDED),
        (Fate.FAILS, 1, Said.FAILED),
        (Fate.BOUNCES, 1, Said.SUCCEEDED),
        (Fate.BOUNCES, 10, Said.FAILED),
    ],
)
def test_it_tells_how_a_refund_goes_on(there: Meeting, fate: Fate, days: int, said: Said) -> None:
    wanted = instruction(there.captured(CAPTURED, fate), AMOUNT)
    there.provider.refund(wanted)
    assert there.stand_in
    there.stand_in.book.advance(timedelta(days=days))
    assert there.provider.look_up(wanted).said is said
    assert [each.said for each in there.provider.charge(wanted.charge_id).refunds] == [said]


def test_a_refund_made_in_the_dashboard_is_listed_as_nobodys(there: Meeting) -> None:
    charge_id = there.captured(CAPTURED)
    made = there.refunded_in_the_dashboard(charge_id, Money(700, "USD"))
    [listed] = there.provider.charge(charge_id).refunds
    assert (listed.key, listed.amount) == ("", Money(700, "USD"))
    assert abs(listed.made_at - datetime.fromisoformat(made.made_at)) < timedelta(seconds=1)


@pytest.mark.parametrize("state", list(DisputeState))
def test_a_dispute_is_listed_with_how_it_stands(there: Meeting, state: DisputeState) -> None:
    charge_id = there.captured(CAPTURED)
    assert there.stand_in
    book = there.stand_in.book
    is_closed = state in {DisputeState.WON, DisputeState.LOST}
    opened = book.dispute(charge_id, 4_200, state=DisputeState.OPEN if is_closed else state)
    if is_closed:
        book.move_dispute(opened.id, state)
    [listed] = there.provider.charge(charge_id).disputes
    assert (listed.dispute_id, listed.amount, listed.state) == (opened.id, Money(4_200, "USD"), state)
    assert abs(listed.opened_at - NOON) < timedelta(seconds=1)


def test_it_reads_the_events_of_a_refund(there: Meeting) -> None:
    wanted = refund_of(there)
    made = there.provider.refund(wanted)
    assert there.stand_in
    there.stand_in.book.advance(timedelta(days=1))
    notices = [there.read(event) for event in there.told()]
    assert len({notice.event_id for notice in notices}) == len(notices) == 2
    assert {notice.charge_id for notice in notices} == {wanted.charge_id}
    assert {notice.refund_id for notice in notices} <= {made.refund_id, ""}
    assert {notice.key for notice in notices} <= {"key-1", ""}


def test_it_reads_the_events_of_a_dispute(there: Meeting) -> None:
    charge_id = there.captured(CAPTURED)
    assert there.stand_in
    opened = there.stand_in.book.dispute(charge_id, CAPTURED.minor)
    there.stand_in.book.move_dispute(opened.id, DisputeState.WON)
    notices = [there.read(event) for event in there.told()]
    assert len({notice.event_id for notice in notices}) == len(notices) == 2
    assert {(notice.charge_id, notice.refund_id) for notice in notices} == {(charge_id, "")}


def test_events_that_come_forged_reversed_and_twice_are_told_apart(there: Meeting) -> None:
    charge_id = there.captured(CAPTURED)
    there.provider.refund(instruction(charge_id, AMOUNT))
    assert there.stand_in
    there.stand_in.book.advance(timedelta(days=1))
    in_order = [there.read(event).event_id for event in there.told()]
    there.stand_in.liar.about_events = {EventLie.TWICE, EventLie.REVERSED, EventLie.FORGED}
    with mailbox() as (url, letters):
        assert postman(there.stand_in, url).deliver_due() == len(in_order) == 2
    genuine, forged = [], 0
    for body, headers in letters:
        try:
            genuine.append(there.provider.read_event(body, headers, at=datetime.now(UTC)).event_id)
        except EventRefused:
            forged += 1
    last, first = reversed(in_order)
    assert (genuine, forged) == ([last, last, first, first], 2)


def postman(stand_in: StandIn, url: str) -> Postman:
    """One that delivers to `url` what the stand-in has to tell."""
    return Postman(
        stand_in.book,
        stand_in.liar,
        stand_in.lock,
        url=url,
        secret=WEBHOOK_SECRET,
        write=stand_in.delivery,
    )


def test_an_event_that_somebody_else_signed_is_refused(there: Meeting) -> None:
    there.provider.refund(refund_of(there))
    [event] = there.told()
    with pytest.raises(EventRefused) as refused:
        there.read(event, secret=FORGED)
    assert refused.value.reason == "forged"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_event_from_another_time_is_refused(there: Meeting, minutes: int) -> None:
    there.provider.refund(refund_of(there))
    [event] = there.told()
    with pytest.raises(EventRefused) as refused:
        there.read(event, at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert refused.value.reason == "replayed"


def test_without_a_secret_of_ours_no_event_is_genuine(there: Meeting) -> None:
    """An empty key signs as well as any, and everybody knows it."""
    there.provider.refund(refund_of(there))
    assert there.stand_in
    body, headers = there.stand_in.delivery(there.told()[0], "")
    unconnected = registry.connect(there.name, connections("manual", ""))
    with pytest.raises(EventRefused):
        unconnected.read_event(body, headers, at=datetime.now(UTC))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(registry.UnknownProvider, match=", ".join(registry.NAMES)):
        registry.connect("stripes", connections("manual", ""))


def test_a_charge_the_sandbox_does_not_know_is_no_proof_that_nothing_was_paid(
    sandbox: SandboxServer, provider: SandboxProvider
) -> None:
    assert provider.look_up(Instruction("key-1", "ch_unknown", AMOUNT)).said is Said.UNKNOWN


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_is_fresh_for_five_minutes(provider: SandboxProvider, seconds: int) -> None:
    body = b'{"id": "evt_1", "type": "refund.updated", "object": {"id": "re_1", "charge": "ch_1"}}'
    header = {"Sandbox-Signature": sign(body, secret=WEBHOOK_SECRET, at=NOON)}
    notice = provider.read_event(body, header, at=NOON + timedelta(seconds=seconds))
    assert (notice.refund_id, notice.key) == ("re_1", "")
