"""How the contract meets each provider: its stand-in and the settings that lead there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import randint
from types import SimpleNamespace
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from makegood.money import Money
from makegood.refunds.providers import registry
from makegood.refunds.providers.base import Instruction, Notice, Provider
from makegood.refunds.providers.paypal.stand_in import PayPalStandIn
from makegood.refunds.providers.paypal.webhooks import CLOCKS_DIFFER, REPEATED_FOR
from makegood.refunds.providers.sandbox.book import DASHBOARD, SandboxEvent, SandboxRefund
from makegood.refunds.providers.sandbox.frame import StandIn
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.signatures import REPLAY_WINDOW
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from makegood.refunds.providers.twocheckout import notifications
from makegood.refunds.providers.twocheckout.stand_in import BASE, TwoCheckoutStandIn
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Stand:
    """`stand_in` None: nothing answers for this provider. `settings` for the address of its stand-in.

    `charge_id` is what it might call a charge; None: whatever the book calls it. `fresh_for` is how old an
    event may be. `lists_disputes` False: nothing but its messages tells of them.
    """

    stand_in: type[StandIn] | None
    settings: Callable[[str], dict[str, str]]
    charge_id: Callable[[], str] | None = None
    fresh_for: timedelta = REPLAY_WINDOW
    lists_disputes: bool = True


def by_convention(name: str) -> Callable[[str], dict[str, str]]:
    """Settings named after the provider: its address and two secrets."""
    prefix = f"MAKEGOOD_{name.upper()}"
    secrets = {f"{prefix}_SECRET": SECRET, f"{prefix}_WEBHOOK_SECRET": WEBHOOK_SECRET}
    return lambda url: {f"{prefix}_URL": url, **secrets}


STANDS: dict[str, Stand] = {
    "2checkout": Stand(
        TwoCheckoutStandIn,
        lambda url: {
            "MAKEGOOD_2CHECKOUT_URL": f"{url}{BASE}",
            "MAKEGOOD_2CHECKOUT_MERCHANT_CODE": "MAKEGOOD1",
            "MAKEGOOD_2CHECKOUT_SECRET": WEBHOOK_SECRET,
            "MAKEGOOD_2CHECKOUT_REASON": "Unwanted auto-renewal",
        },
        charge_id=lambda: str(randint(10**8, 10**9 - 1)),  # noqa: S311 (a number, no secret)
        fresh_for=notifications.REPEATED_FOR + notifications.CLOCKS_DIFFER,
        lists_disputes=False,
    ),
    "manual": Stand(None, lambda _: {}),
    "sepa": Stand(None, lambda _: {}),
    "stripe": Stand(StripeStandIn, by_convention("stripe")),
    "paypal": Stand(
        PayPalStandIn,
        lambda url: {
            "MAKEGOOD_PAYPAL_URL": url,
            "MAKEGOOD_PAYPAL_CLIENT_ID": "the desk",
            "MAKEGOOD_PAYPAL_SECRET": SECRET,
            "MAKEGOOD_PAYPAL_WEBHOOK_ID": WEBHOOK_SECRET,
        },
        fresh_for=REPEATED_FOR + CLOCKS_DIFFER,
    ),
    "sandbox": Stand(SandboxServer, by_convention("sandbox")),
}


def connections(name: str, url: str) -> Any:
    """The settings of an installation that knows the provider called `name`, at `url`, and no other."""
    unset = dict.fromkeys(registry.Connections.__annotations__, "")
    return SimpleNamespace(**{**unset, **STANDS[name].settings(url)})


class Meeting:
    """A provider's adapter and what stands in for the provider; `stand_in` None: nobody does."""

    def __init__(self, name: str, stand_in: StandIn | None) -> None:
        self.name, self.stand_in = name, stand_in
        self.provider: Provider = registry.connect(
            name, connections(name, stand_in.url if stand_in else NOWHERE)
        )

    @property
    def promises(self) -> Any:
        return self.provider.promises

    def captured(self, amount: Money, fate: Fate = Fate.SETTLES) -> str:
        """The id of a fresh charge of `amount`."""
        if self.stand_in is None:
            return "a payment of ours"
        wanted: dict[str, Any] = {"amount": amount.minor, "currency": amount.currency, "fate": fate}
        named = STANDS[self.name].charge_id
        [charge] = self.stand_in.book.charge([{**wanted, "id": named()} if named else wanted])
        return charge.id

    def refunded_in_the_dashboard(self, charge_id: str, amount: Money) -> SandboxRefund:
        """A refund that somebody made without us."""
        book = self._there().book
        return book.refund(charge_id, amount.minor, amount.currency, attempt="", made_by=DASHBOARD)

    def told(self) -> list[SandboxEvent]:
        """The events that were not acknowledged yet."""
        return self._there().book.untold_events()

    def read(
        self, event: SandboxEvent, *, secret: str = WEBHOOK_SECRET, at: datetime | None = None
    ) -> Notice:
        """What the adapter makes of the event as the stand-in sends it, received `at` (now when None)."""
        body, headers = self._there().delivery(event, secret)
        return self.provider.read_event(body, headers, at=at or datetime.now(UTC))

    def _there(self) -> StandIn:
        assert self.stand_in is not None
        return self.stand_in


def instruction(charge_id: str, amount: Money, key: str = "key-1") -> Instruction:
    """One attempt to refund `amount`."""
    return Instruction(key=key, charge_id=charge_id, amount=amount)


@contextmanager
def mailbox() -> Iterator[tuple[str, list[tuple[bytes, Mapping[str, str]]]]]:
    """An address that takes everything, and what came in."""
    letters: list[tuple[bytes, Mapping[str, str]]] = []

    @Request.application
    def take(request: Request) -> Response:
        letters.append((request.get_data(), dict(request.headers)))
        return Response("ok")

    server = make_server("127.0.0.1", 0, take)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/", letters
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
