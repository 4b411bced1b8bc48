"""Our adapter against localstripe, a stand-in for Stripe that nobody here wrote.

Where the two stand-ins agree, neither was bent to fit the adapter. localstripe speaks an older version of the
API and does less: it accepts refunds beyond the charge, ignores idempotency keys, pays every refund at once,
sends no events of refunds, knows no disputes, and tells neither `amount_captured` nor `amount_received`, so
that `charge` finds no readable amount. What Stripe must refuse or remember is tested at our own stand-in.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from makegood.money import Money
from makegood.refunds.providers.base import EventRefused, Instruction, ProviderUnreachable, Said
from makegood.refunds.providers.stripe.adapter import StripeProvider
from tests.refunds.standing_in import mailbox

SECRET = "sk_test_of_the_cross_check"
WEBHOOK_SECRET = "whsec_of_the_cross_check"
AMOUNT = Money(2_500, "USD")
# Its own start listens on every address and keeps a file in /tmp; this one does neither.
START = """
import sys
from aiohttp import web
from localstripe import server
type(server.store).dump_to_disk = lambda store: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = subprocess.Popen([sys.executable, "-c", START, str(port)], env={"PATH": os.environ["PATH"]})
    try:
        _wait_until_it_listens(port, program)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(timeout=10)


def _wait_until_it_listens(port: int, program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while program.poll() is None and time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("localstripe did not start.")


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, auth=(SECRET, ""), timeout=5) as client:
        yield client


@pytest.fixture
def provider(url: str) -> StripeProvider:
    return StripeProvider(url=url, secret=SECRET, webhook_secret=WEBHOOK_SECRET)


@pytest.fixture(params=["charge", "payment_intent"])
def payment(request: pytest.FixtureRequest, http: httpx.Client) -> str:
    """A captured payment of 100 dollars, by either of its names."""
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2035", "cvc": "123"}
    form = {"type": "card"} | {f"card[{name}]": value for name, value in card.items()}
    method = http.post("/v1/payment_methods", data=form).json()["id"]
    about = {"amount": "10000", "currency": "usd", "payment_method": method, "confirm": "true"}
    made = http.post("/v1/payment_intents", data=about)
    assert made.status_code == 200, made.text
    charge = made.json()["latest_charge"]
    charge_id = charge["id"] if isinstance(charge, dict) else charge
    return str(made.json()["id"] if request.param == "payment_intent" else charge_id)


def test_a_refund_is_made_and_found_by_its_id_and_by_our_key(provider: StripeProvider, payment: str) -> None:
    wanted = Instruction("key-1", payment, AMOUNT)
    made = provider.refund(wanted)
    assert (made.said, made.amount) == (Said.SUCCEEDED, AMOUNT)
    assert provider.look_up(wanted).refund_id == made.refund_id
    assert provider.look_up(Instruction("", payment, AMOUNT, made.refund_id)).said is Said.SUCCEEDED
    assert provider.look_up(Instruction("key-2", payment, AMOUNT)).said is Said.NOT_FOUND


def test_a_refund_in_another_currency_is_not_made(provider: StripeProvider, payment: str) -> None:
    wanted = Instruction("key-1", payment, Money(2_500, "EUR"))
    assert provider.refund(wanted).said is Said.FAILED
    assert provider.look_up(wanted).said is Said.NOT_FOUND


def test_nobody_is_let_in_with_another_kind_of_key(url: str, payment: str) -> None:
    provider = StripeProvider(url=url, secret="pk_wrong", webhook_secret="")
    assert provider.refund(Instruction("key-1", payment, AMOUNT)).said is Said.UNKNOWN


def test_an_unknown_charge_is_a_refusal_but_no_proof(provider: StripeProvider) -> None:
    unknown = Instruction("key-1", "ch_unknown", AMOUNT)
    assert provider.refund(unknown).said is Said.FAILED
    assert provider.look_up(unknown).said is Said.UNKNOWN


def test_what_it_does_not_tell_is_not_made_up(provider: StripeProvider, payment: str) -> None:
    with pytest.raises(ProviderUnreachable, match="no readable amount"):
        provider.charge(payment)


def test_its_events_are_genuine_and_any_change_is_noticed(
    provider: StripeProvider, http: httpx.Client
) -> None:
    with mailbox() as (url, letters):
        hook = {"url": url, "secret": WEBHOOK_SECRET}
        assert http.post("/_config/webhooks/ours", data=hook).status_code == 200
        http.post("/v1/customers", data={"email": "olena@mail.example"})
        until = time.monotonic() + 10
        while not (ours := [each for each in letters if b"olena" in each[0]]) and time.monotonic() < until:
            time.sleep(0.05)
    [(body, headers)] = ours
    notice = provider.read_event(body, headers, at=datetime.now(UTC))
    assert (notice.kind, notice.charge_id) == ("customer.created", "")
    with pytest.raises(EventRefused):
        provider.read_event(body.replace(b"olena", b"oleha"), headers, at=datetime.now(UTC))
