"""The world of the money tests: a payment captured at the sandbox, a refund of it, and time that passes."""

from __future__ import annotations

from datetime import datetime, timedelta

from makegood.audit.actors import System
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds import advancing, opening, sending
from makegood.refunds.models import Refund
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sandbox.book import SandboxRefund
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.sandbox.timeline import Fate
from tests import people

SECRET = "sandbox key of the tests"
WEBHOOK_SECRET = "sandbox webhook key of the tests"
WORKER = System("worker")


class Scene:
    """`now` is one clock for us and the provider; `pass_time` moves both."""

    def __init__(self, sandbox: SandboxServer, provider: SandboxProvider) -> None:
        self.sandbox, self.provider = sandbox, provider
        self.is_to_be_verified = True

    @property
    def now(self) -> datetime:
        return self.sandbox.book.clock.now()

    def pass_time(self, **how_long: float) -> None:
        self.sandbox.book.advance(timedelta(**how_long))

    def payment(self, amount: str = "79.00", currency: str = "USD", fate: Fate = Fate.SETTLES) -> Payment:
        """Olena paid this with her card."""
        money = Money.of(amount, currency)
        wanted = {"amount": money.minor, "currency": currency, "fate": fate}
        [charge] = self.sandbox.book.charge([wanted])
        order = people.an_order(people.olena(), purchased_at=people.ago(days=3), amount=money, paid=False)
        return people.a_payment(order, captured_at=people.ago(days=3), captured=money, reference=charge.id)

    def opened(self, payment: Payment, amount: str | None = None, *, reference: str = "R-7K3M-20") -> Refund:
        """A refund, of the whole payment unless `amount` says another."""
        money = Money.of(amount, payment.currency) if amount else payment.captured
        return opening.open(
            payment=payment, amount=money, reference=reference, decision_round=1, by=WORKER, at=self.now
        )

    def refund(self, fate: Fate = Fate.SETTLES, amount: str = "79.00") -> Refund:
        """An opened refund of a part of a fresh payment, so that the provider's cap hides no second one."""
        return self.opened(self.payment("900.00", fate=fate), amount)

    def send(self, refund: Refund) -> Refund:
        return sending.send(refund.pk, provider=self.provider, by=WORKER, at=self.now)

    def advance(self, refund: Refund) -> Refund:
        return advancing.advance(refund.pk, provider=self.provider, by=WORKER, at=self.now)

    def sent(self, fate: Fate = Fate.SETTLES) -> Refund:
        return self.send(self.refund(fate))

    def after(self, refund: Refund, **how_long: float) -> Refund:
        """The refund looked at again after that time."""
        self.pass_time(**how_long)
        return self.advance(refund)

    def lie(self, *lies: Lie | None) -> None:
        self.sandbox.liar.order(lies)

    def made_for(self, refund: Refund) -> list[SandboxRefund]:
        """What the provider made of the refund's payment."""
        book = self.sandbox.book
        return [book.refunds[each] for each in book.refunds_of.get(refund.payment.provider_reference, [])]
