"""What is lost when money meets a fault: each many times, over real HTTP, workers killed by SIGKILL."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import frame
from benchmarks.frame import Row

if TYPE_CHECKING:
    from makegood.refunds.models import Refund
    from tests.faults.sender import Sender
    from tests.refunds.scenes import Scene

SEED = 5
AT_ONCE = 50
"""So many refunds meet a fault before they are brought to their ends."""
STATEMENTS = 22
"""One sending sends about so many to PostgreSQL."""

Meet = Callable[["Meeting", "Refund"], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`runs`: how often it is to be met; `meet` lets it happen to one refund whose story is `fate`."""

    name: str
    runs: int
    meet: Meet
    fate: str = "settles"


class Meeting:
    """The world, the warm parent of the workers that die, and the chance that says where."""

    def __init__(self, scene: Scene, sender: Sender) -> None:
        self.scene, self.sender = scene, sender
        self.chance = Random(SEED)  # noqa: S311 (to be repeated)
        self.killed = 0

    def kill(self, refund: Refund, crash: str, point: int = 0) -> None:
        """A worker advances the refund, and dies there."""
        from tests.faults.sender import Order
        from tests.refunds.scenes import SECRET

        where = (self.scene.now.isoformat(), self.scene.sandbox.url, SECRET)
        self.killed += self.sender.obey(Order(refund.pk, *where, crash, point))["killed"]

    def kill_anywhere(self, refund: Refund) -> None:
        """Before a statement, during the call or after some milliseconds."""
        chance = self.chance
        crash, most = chance.choice([("statement", STATEMENTS), ("during the call", 21), ("any time", 60)])
        self.kill(refund, crash, chance.randrange(most))

    def forget_and_send(self, refund: Refund) -> None:
        """It was made, nobody heard of it, and the key is forgotten before anybody looks."""
        from makegood.refunds.providers.sandbox.lies import Lie

        self.scene.lie(self.chance.choice([Lie.CUTS_AFTER, Lie.SAYS_500_DID_IT, Lie.CUTS_BEFORE]))
        self.scene.advance(refund)
        self.scene.sandbox.book.forget_keys()
        self.scene.pass_time(hours=25)
        self.scene.advance(refund)

    def tell_in_any_order(self, refund: Refund) -> None:
        """Its events come before our commit, late, in any order, some of them twice."""
        told = self.chance.sample((0, 1, 2, 3, 3, 2), k=4)
        if self.chance.random() < 0.3:
            self.kill(refund, "after the call")
        else:
            self.scene.advance(refund)
        self.scene.pass_time(days=self.chance.choice((0, 1, 7)))
        for number in told:
            self._tell(refund, number)

    def _tell(self, refund: Refund, number: int) -> None:
        from makegood.refunds import hearing
        from makegood.refunds.providers.base import Notice
        from tests.refunds.scenes import WORKER

        scene, charge = self.scene, refund.payment.provider_reference
        notice = Notice(f"evt_{refund.pk}_{number}", "refund.updated", charge, "re", "")
        event = hearing.store(notice, provider="sandbox", body=b"{}", at=scene.now)
        hearing.follow_up(event.pk, provider=scene.provider, by=WORKER, at=scene.now)


def main() -> None:
    """Each fault, how often it was met, how many workers were killed, and what was lost: refunds of which
    the provider paid none or two, or that stand otherwise with us, and what `makegood verify money` finds.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--share", type=int, default=1, help="meet each fault only one in so many times")
    share = arguments.parse_args().share
    frame.live_in_a_fresh_database("faults")
    with _world() as meeting:
        told = [_met(fault, meeting, max(fault.runs // share, 1)) for fault in _faults()]
    frame.tell("faults", "What is lost when money meets a fault", told)
    if any(row["losses"] for row in told):
        raise SystemExit(1)


def _faults() -> Iterator[Fault]:
    from makegood.refunds.providers.sandbox.lies import Lie

    yield Fault("worker killed before the call", 3_000, lambda m, refund: m.kill(refund, "before the call"))
    yield Fault("worker killed after the call", 3_000, lambda m, refund: m.kill(refund, "after the call"))
    yield Fault("worker killed anywhere", 10_000, Meeting.kill_anywhere)
    for name, lie in (
        ("line cut, but done", Lie.CUTS_AFTER),
        ("line cut, not done", Lie.CUTS_BEFORE),
        ("500, but done", Lie.SAYS_500_DID_IT),
        ("500, not done", Lie.SAYS_500_DID_NOT),
        ("429", Lie.SAYS_429),
        ("an answer that is no JSON", Lie.SAYS_NONSENSE),
        ("half an answer", Lie.SAYS_HALF),
    ):
        yield Fault(name, 1_000, _lied(lie))
    yield Fault("sent again after the key window", 500, Meeting.forget_and_send)
    yield Fault("accepted, fails a day later", 250, _advanced, fate="fails")
    yield Fault("paid, comes back days later", 250, _advanced, fate="bounces")
    yield Fault("events repeated, reversed, late, early", 10_000, Meeting.tell_in_any_order)


def _lied(lie: object) -> Meet:
    def meet(meeting: Meeting, refund: Refund) -> None:
        meeting.scene.lie(lie)  # type: ignore[arg-type]
        meeting.scene.advance(refund)

    return meet


def _advanced(meeting: Meeting, refund: Refund) -> None:
    meeting.scene.advance(refund)


class _world:  # noqa: N801 (used like a function)
    """A sandbox over HTTP with its own clock, and the parent of workers; all is stopped at the end."""

    def __enter__(self) -> Meeting:
        from django.db import connection

        from makegood.refunds.providers.sandbox.adapter import SandboxProvider
        from makegood.refunds.providers.sandbox.clock import Clock
        from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
        from tests.faults.sender import running
        from tests.people import NOON
        from tests.refunds.scenes import SECRET, WEBHOOK_SECRET, Scene

        folder = frame.VAR / "faults" / "sandbox"
        shutil.rmtree(folder, ignore_errors=True)
        manners = Manners(secret=SECRET, webhook_secret=WEBHOOK_SECRET)
        self._sandbox = SandboxServer(folder, manners, clock=Clock(frozen=NOON))
        self._sandbox.start(with_postman=False)
        provider = SandboxProvider(url=self._sandbox.url, secret=SECRET, webhook_secret=WEBHOOK_SECRET)
        self._running = running(connection.settings_dict)
        return Meeting(Scene(self._sandbox, provider), self._running.__enter__())

    def __exit__(self, *problem: object) -> None:
        self._running.__exit__(None, None, None)
        self._sandbox.stop()


def _met(fault: Fault, meeting: Meeting, runs: int) -> Row:
    from makegood.refunds.providers.sandbox.timeline import Fate

    begun, losses, before = perf_counter(), 0, meeting.killed
    for start in range(0, runs, AT_ONCE):
        refunds = [meeting.scene.refund(Fate(fault.fate)) for _ in range(min(AT_ONCE, runs - start))]
        for refund in refunds:
            fault.meet(meeting, refund)
        losses += _lost(meeting.scene, refunds, fault.fate)
    losses += _wrong(meeting.scene)
    return {
        "fault": fault.name,
        "runs": runs,
        "of": fault.runs,
        "killed": meeting.killed - before,
        "losses": losses,
        "seconds": round(perf_counter() - begun),
    }


def _lost(scene: Scene, refunds: list[Refund], fate: str) -> int:
    """How many are not what their fate says, once everything had its time, here and at the provider."""
    for how_long in (timedelta(minutes=3), timedelta(minutes=3), timedelta(hours=25), timedelta(days=11)):
        scene.sandbox.book.advance(how_long)
        for refund in refunds:
            scene.advance(refund)
    ends = {"settles": "settled", "fails": "failed", "bounces": "bounced"}
    return sum(_is_lost(scene, refund, ends[fate]) for refund in refunds)


def _is_lost(scene: Scene, refund: Refund, end: str) -> bool:
    from makegood.refunds.models import Refund

    now = Refund.objects.get(pk=refund.pk)
    return now.state != end or len(scene.made_for(now)) != 1 or now.attempts.count() != 1


def _wrong(scene: Scene) -> int:
    """What `makegood verify money` finds of all refunds so far."""
    from makegood.refunds.verifying import problems

    wrong = list(problems(at=scene.now + timedelta(minutes=1), providers={"sandbox": scene.provider}))
    for problem in wrong:
        print(problem.numbered)
    return len(wrong)


if __name__ == "__main__":
    main()
