"""The contract of every provider: what each adapter must keep, whoever is behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from makegood.money import Money
from makegood.refunds.providers import registry
from makegood.refunds.providers.base import (
    CannotLookUp,
    EventRefused,
    Instruction,
    Provider,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.signatures import sign
from tests.people import NOON
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET

AMOUNT = Money(2_500, "EUR")  # SEPA knows no other currency


class Connections:
    """What the settings hold."""

    MAKEGOOD_SANDBOX_URL = ""
    MAKEGOOD_SANDBOX_SECRET = SECRET
    MAKEGOOD_SANDBOX_WEBHOOK_SECRET = WEBHOOK_SECRET
    MAKEGOOD_SEPA_NAME = MAKEGOOD_SEPA_IBAN = MAKEGOOD_SEPA_BIC = ""


@pytest.fixture(params=registry.NAMES)
def any_provider(request: pytest.FixtureRequest, sandbox: SandboxServer) -> Provider:
    connections = Connections()
    connections.MAKEGOOD_SANDBOX_URL = sandbox.url
    sandbox.book.charge([{"id": "ch_1", "amount": 10_000, "currency": "EUR"}])
    return registry.connect(request.param, connections)


@pytest.fixture(params=registry.NAMES)
def unreachable(request: pytest.FixtureRequest) -> Provider:
    connections = Connections()
    connections.MAKEGOOD_SANDBOX_URL = "http://127.0.0.1:9"
    return registry.connect(request.param, connections)


def instruction(key: str = "key-1", amount: Money = AMOUNT) -> Instruction:
    return Instruction(key=key, charge_id="ch_1", amount=amount)


def test_it_is_known_by_its_name(any_provider: Provider) -> None:
    assert any_provider.name in registry.NAMES


def test_it_takes_our_keys(any_provider: Provider) -> None:
    assert any_provider.promises.key_max_length >= 36


def test_it_says_something_about_a_refund_it_was_asked_for(any_provider: Provider) -> None:
    answer = any_provider.refund(instruction())
    assert answer.said in {Said.PENDING, Said.SUCCEEDED, Said.ACTION_NEEDED}
    assert answer.amount == AMOUNT


def test_a_key_it_knows_is_the_same_refund(any_provider: Provider) -> None:
    first, again = any_provider.refund(instruction()), any_provider.refund(instruction())
    if any_provider.promises.key_window:
        assert first.refund_id == again.refund_id
    else:
        assert first.said is Said.ACTION_NEEDED


def test_it_finds_what_it_made_by_our_key_alone(any_provider: Provider) -> None:
    made = any_provider.refund(instruction())
    if any_provider.promises.can_look_up:
        assert any_provider.look_up(instruction()).refund_id == made.refund_id
    else:
        with pytest.raises(CannotLookUp):
            any_provider.look_up(instruction())


def test_it_says_so_when_there_is_nothing_to_find(any_provider: Provider) -> None:
    if any_provider.promises.can_look_up:
        assert any_provider.look_up(instruction("never sent")).said is Said.NOT_FOUND
    else:
        with pytest.raises(CannotLookUp):
            any_provider.charge("ch_1")


def test_it_refuses_more_than_was_captured_if_it_promised_to(any_provider: Provider) -> None:
    answer = any_provider.refund(instruction(amount=Money(10_001, "EUR")))
    assert (answer.said is Said.FAILED) == any_provider.promises.caps_total


def test_an_unsigned_event_is_refused(any_provider: Provider) -> None:
    with pytest.raises(EventRefused):
        any_provider.read_event(b"{}", {}, at=NOON)


def test_silence_is_never_taken_for_failure(unreachable: Provider) -> None:
    answer = unreachable.refund(instruction())
    assert answer.said is (Said.UNKNOWN if unreachable.promises.can_look_up else Said.ACTION_NEEDED)


def test_silence_is_never_taken_for_absence(unreachable: Provider) -> None:
    if unreachable.promises.can_look_up:
        assert unreachable.look_up(instruction()).said is Said.UNKNOWN
        with pytest.raises(ProviderUnreachable):
            unreachable.charge("ch_1")
    else:
        with pytest.raises(CannotLookUp):
            unreachable.look_up(instruction())


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(registry.UnknownProvider, match="manual, sandbox, sepa"):
        registry.connect("stripes", Connections())


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
