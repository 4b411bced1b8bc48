"""What happens in a story: the real verbs and jobs, one step at a time, killed where the story says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from makegood.accounts.models import User
from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import advancing, by_hand, external, hearing, opening, reconciling, retrying
from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Notice, Provider, Said
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from tests.simulation.bank import CHARGE, LONGEST_STORY, Bank, Kind, Mislead

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CAPTURED = Money(10_000, "USD")
AMOUNTS = (10_000, 6_000, 4_000, 3_333)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 40, 70, 60 * 23, 60 * 25, 60 * 24 * 3))
WORKER = System("worker")
REFUSALS = (
    MoveNotAllowed,
    ExceedsCaptured,
    opening.AlreadySent,
    opening.ExternalUncovered,
    opening.OpenedOtherwise,
    retrying.AlreadyReplaced,
    retrying.SelfApproval,
)
"""What a person is told; to a worker none of these may happen."""


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: `pick` chooses among what is there, `crash` None: nobody is killed.

    `crash` from 0 on kills before so many more statements; -1 before the call to the bank, -2 after it.
    """

    kind: str
    pick: int = 0
    crash: int | None = None


class Queue:
    """Stands in for the job queue: a job is there once the transaction that made it is committed."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, dict[str, Any]]] = []
        self._name = ""

    def configure_task(self, name: str) -> Queue:
        """As procrastinate's."""
        self._name = name
        return self

    def defer(self, **arguments: Any) -> None:
        """As procrastinate's."""
        transaction.on_commit(partial(self.jobs.append, (self._name, arguments)))


class World:
    """One payment, its bank, two people, the queue; each method without an underscore is a kind of step."""

    def __init__(self, queue: Queue, people: tuple[User, User], payment: Payment, *, pick: int) -> None:
        kind = list(Kind)[pick % 3]
        fate = list(Fate)[pick // 3 % len(Fate)]
        caps = pick // 18 % 2 == 0
        self.bank = Bank(kind, caps=caps, captured=CAPTURED, fate=fate, now=START)
        self.queue, self.people, self.payment = queue, people, payment
        self.meanwhile: list[Step] = []
        self.retries = 0
        self._crash: int | None = None
        self.bank.around = self._around
        queue.jobs.clear()

    @property
    def now(self) -> datetime:
        return self.bank.book.clock.now()

    def play(self, step: Step) -> None:
        """Do it, and be killed where it says; what is refused changes nothing."""
        self._crash = step.crash
        try:
            with connection.execute_wrapper(self._count), suppress(*REFUSALS):
                getattr(self, step.kind)(step.pick)
        except Killed:
            pass
        finally:
            self._crash = None

    def _count(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if self._crash == 0:
            self._crash = None
            raise Killed
        if self._crash is not None and self._crash > 0:
            self._crash -= 1
        return execute(*statement)

    def _around(self, moment: str) -> None:
        if self._crash == (-1 if moment == "before" else -2):
            self._crash = None
            raise Killed
        if moment == "after" and self.meanwhile:
            crash, self._crash = self._crash, None
            step = self.meanwhile.pop(0)
            with suppress(*REFUSALS):
                getattr(self, step.kind)(step.pick)
            self._crash = crash

    # The worker

    def work(self, pick: int) -> None:
        """A worker takes a job; killed, it is not done again."""
        if not self.queue.jobs:
            return
        name, arguments = self.queue.jobs.pop(pick % len(self.queue.jobs))
        if name == hearing.FOLLOW_UP:
            hearing.follow_up(arguments["event_id"], provider=self.bank, by=WORKER, at=self.now)
        else:
            self._advance(arguments["refund_id"])

    def look_after(self, _pick: int) -> None:
        """The job of every minute."""
        waiting = [arguments for _name, arguments in self.queue.jobs]
        for refund in advancing.due(self.now):
            if {"refund_id": refund.pk} not in waiting:
                self.queue.jobs.append(("refunds.advance", {"refund_id": refund.pk}))

    def match(self, _pick: int) -> None:
        """The job of every day."""
        if self.bank.promises.can_look_up:
            reconciling.match(self.payment, provider=self.bank, by=WORKER, at=self.now)

    def _advance(self, refund_id: int) -> None:
        provider: Provider = self.bank
        if Refund.objects.get(pk=refund_id).provider == "manual":
            provider = ManualProvider()
        advancing.advance(refund_id, provider=provider, by=WORKER, at=self.now)

    # The bank and time

    def wait(self, pick: int) -> None:
        """Time passes."""
        self.bank.pass_time(WAITS[pick % len(WAITS)])

    def mislead(self, pick: int) -> None:
        """The next call goes wrong."""
        self.bank.next.append(list(Mislead)[pick % len(Mislead)])

    def deliver(self, pick: int) -> None:
        """One of the events sent so far comes in: in any order, and more than once."""
        told = self.bank.told()
        if told and self.bank.promises.can_look_up:
            event = told[pick % len(told)]
            words = ("refund.updated", CHARGE, event.refund.id, event.refund.attempt)
            body = f"{event.step.status} {event.step.arrived}".encode()
            hearing.store(Notice(event.event_id, *words), provider="sandbox", body=body, at=self.now)

    def dashboard(self, pick: int) -> None:
        """Somebody refunds at the bank."""
        if self.bank.promises.can_look_up:
            self.bank.by_hand(AMOUNTS[pick % len(AMOUNTS)])

    # People

    def open(self, pick: int) -> None:
        """A decision; the same one again is a double click."""
        amount = Money(AMOUNTS[pick % len(AMOUNTS)], "USD")
        reference = f"R-{pick // len(AMOUNTS) % 3}"
        opening.open(
            payment=self.payment, amount=amount, reference=reference, decision_round=1, by=WORKER, at=self.now
        )

    def hold(self, pick: int) -> None:
        """A refund is kept."""
        self._to_one(pick, lambda refund: opening.hold(refund, reason="wait", by=self.people[0], at=self.now))

    def release(self, pick: int) -> None:
        """A kept one goes on."""
        self._to_one(pick, lambda refund: opening.release_hold(refund, by=self.people[0], at=self.now))

    def cancel(self, pick: int) -> None:
        """It is not wanted any more."""
        self._to_one(pick, lambda refund: opening.cancel(refund, reason="no", by=self.people[0], at=self.now))

    def retry(self, pick: int) -> None:
        """What failed is tried again."""
        self._to_one(pick, self._retry)

    def _retry(self, refund: Refund) -> None:
        if refund.provider == "sandbox":
            retrying.retry(refund, provider=self.bank, by=self.people[0], at=self.now)
            self.retries += 1

    def fall_back(self, pick: int) -> None:
        """What failed is paid by hand, if a second person agrees."""
        self._to_one(
            pick,
            lambda refund: retrying.fall_back(
                refund, provider=ManualProvider(), consent="by wire", by=self.people[0], at=self.now
            ),
        )

    def approve(self, pick: int) -> None:
        """Somebody agrees, or tries to agree with themselves."""
        by = self.people[pick % 2]
        self._to_one(pick // 2, lambda refund: retrying.approve(refund, by=by, at=self.now))

    def confirm(self, _pick: int) -> None:
        """Somebody has looked at what was made outside."""
        for found in external.unconfirmed():
            external.confirm(found, by=self.people[0], at=self.now)

    def record(self, _pick: int) -> None:
        """A person looks at the accounts of a bank that cannot be asked, and records what they say."""
        if self.bank.promises.can_look_up:
            return
        for refund in Refund.objects.filter(provider="sandbox").exclude(last_asked_at=None):
            if refund.next_look_at is None and not refund.is_busy(self.now):
                with suppress(MoveNotAllowed):
                    self._record(refund)

    def _record(self, refund: Refund) -> None:
        keys = set(refund.attempts.values_list("key", flat=True))
        found = [each for each in self.bank.refunds() if each.attempt in keys]
        said = self.bank.standing(found[-1]) if found else Said.FAILED
        told: dict[str, Any] = {"provider": self.bank, "by": self.people[0], "at": self.now}
        if said in {Said.SUCCEEDED, Said.SETTLED}:
            if refund.state not in {State.SUCCEEDED, State.SETTLED}:
                refund = by_hand.record_sent(refund, reference="seen", **told)
            if said is Said.SETTLED:
                by_hand.record_arrived(refund, **told)
        elif said in {Said.FAILED, Said.CANCELED}:
            by_hand.record_failed(refund, reason="came back", **told)

    def _to_one(self, pick: int, verb: Callable[[Refund], object]) -> None:
        refunds = list(Refund.objects.order_by("pk"))
        if refunds:
            verb(refunds[pick % len(refunds)])

    # The end

    def come_to_rest(self) -> None:
        """The story is over: nobody is killed or misled any more, and enough time passes for everything."""
        self.bank.next.clear()
        self.meanwhile.clear()
        hours = (timedelta(hours=2), timedelta(hours=2), timedelta(hours=26))
        for how_long in (timedelta(minutes=3), *hours, *[LONGEST_STORY] * 2):
            self._a_while(how_long)
        self.match(0)

    def try_again(self) -> bool:
        """At rest, finance tries what failed or came back once more; whether there was any."""
        failed = list(Refund.objects.filter(state__in=[State.FAILED, State.BOUNCED], provider="sandbox"))
        before = self.retries
        for refund in failed:
            with suppress(*REFUSALS):
                self._retry(refund)
        return self.retries > before

    def _a_while(self, how_long: timedelta) -> None:
        self.bank.pass_time(how_long)
        self.look_after(0)
        while self.queue.jobs:
            self.work(0)
        self.record(0)
