"""What became of the requests of the sample data; hours are counted back from its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.accounts.models import User
from makegood.cli.seeding.ticket import Story, Ticket
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.queue import promises
from makegood.refund_requests import defect_verdicts
from makegood.refund_requests.models import Verdict


@dataclass(slots=True)
class Bug:
    """A defect that several stories share; `defect` is None until the first of them reports it."""

    defect: Defect | None = None

    def reported(self, ticket: Ticket) -> Defect:
        """The defect; reported by the representative of `ticket` when it is not there yet."""
        if self.defect is None and ticket.trouble is not None:
            self.defect = defects.report(
                product=ticket.made.product,
                title=ticket.trouble.title,
                steps=ticket.trouble.recipe,
                by=ticket.staff.representative,
                at=ticket.now,
            )
        return self.found

    @property
    def found(self) -> Defect:
        """The defect as it is now. Raises LookupError before it was reported."""
        if self.defect is None:
            raise LookupError("No request has reported this defect yet.")
        self.defect.refresh_from_db()
        return self.defect


# How a request goes on


def waiting(ticket: Ticket, *, received: float) -> Story:
    """It is in the queue."""
    yield from ticket.until(received)
    ticket.submit()


def asked_twice(ticket: Ticket, again: Ticket, *, received: float, again_at: float, taken: float) -> Story:
    """The member asked about each of two orders; the representative has both open as one."""
    yield from ticket.until(received)
    ticket.submit()
    yield from again.until(again_at)
    again.submit()
    yield from ticket.until(taken)
    ticket.take()
    ticket.take_over(again)
    ticket.note("The picture shows the whole message. I try the steps on our test computer first.")


def asked(ticket: Ticket, question: str, *, received: float, taken: float) -> Story:
    """We wait for the member."""
    yield from _taken(ticket, received, taken)
    ticket.write(question, asks=True)


def answered(
    ticket: Ticket, question: str, answer: str, *, received: float, taken: float, answered_at: float
) -> Story:
    """The member answered, and it waits at its old place."""
    yield from asked(ticket, question, received=received, taken=taken)
    yield from ticket.until(answered_at)
    ticket.answer(answer)


def withdrawn(
    ticket: Ticket, question: str, answer: str, *, received: float, taken: float, left: float
) -> Story:
    """The member no longer asks."""
    yield from answered(ticket, question, answer, received=received, taken=taken, answered_at=left)
    ticket.now += timedelta(minutes=1)
    ticket.withdraw()


def with_engineers(ticket: Ticket, bug: Bug, *, received: float, taken: float) -> Story:
    """The engineers look at it."""
    yield from _taken(ticket, received, taken)
    ticket.write(
        "Thank you for the clear description and the picture. I pass it on to our engineers, who will try "
        "the same steps; I will write to you here as soon as I know more."
    )
    ticket.note("Same message as in the report. Steps are complete, nothing to ask.")
    ticket.to_engineers(bug.reported(ticket))


def solved_by_fix(ticket: Ticket, bug: Bug, *, received: float, taken: float, tried: float) -> Story:
    """The engineers fixed it, and the member tried that version."""
    yield from with_engineers(ticket, bug, received=received, taken=taken)
    yield from ticket.until(tried)
    ticket.says_fix_works()


def decided_on_defect(
    ticket: Ticket, bug: Bug, verdict: Verdict, *, received: float, taken: float, again: float
) -> Story:
    """The engineers answered, and the representative decided."""
    yield from with_engineers(ticket, bug, received=received, taken=taken)
    yield from ticket.until(again)
    ticket.take()
    ticket.decide(verdict)


def decided(
    ticket: Ticket,
    verdict: Verdict,
    *,
    received: float,
    taken: float,
    note: str = "",
    approver: User | None = None,
    approved: float = 0,
) -> Story:
    """The representative decided; `approver` agreed, None when nobody needed to or did yet."""
    yield from _taken(ticket, received, taken)
    if note:
        ticket.note(note)
    ticket.decide(verdict)
    if approver is not None:
        yield from ticket.until(approved)
        ticket.approve(by=approver)


def _taken(ticket: Ticket, received: float, taken: float) -> Story:
    yield from waiting(ticket, received=received)
    yield from ticket.until(taken)
    ticket.take()


# What the engineers find


@dataclass(frozen=True, slots=True)
class Workbench:
    """An engineer, and the moment from which hours are counted back."""

    engineer: User
    end: datetime

    def reproduces(self, bug: Bug, *, hours: float) -> Story:
        """It happens here too."""
        yield self.end - timedelta(hours=hours)
        defects.reproduce(bug.found, by=self.engineer, at=self.end - timedelta(hours=hours))
        self._tell(bug, hours)

    def gives_up(self, bug: Bug, *, hours: float) -> Story:
        """It cannot be fixed."""
        yield self.end - timedelta(hours=hours)
        defects.give_up(bug.found, by=self.engineer, at=self.end - timedelta(hours=hours))
        self._tell(bug, hours)

    def fixes(self, bug: Bug, *, hours: float, fixed_in: str) -> Story:
        """It is fixed in a version."""
        yield self.end - timedelta(hours=hours)
        defects.fix(bug.found, fixed_in=fixed_in, by=self.engineer, at=self.end - timedelta(hours=hours))
        self._tell(bug, hours)

    def does_not_see(self, bug: Bug, *, hours: float) -> Story:
        """It does not happen here."""
        yield self.end - timedelta(hours=hours)
        defects.not_reproduced(bug.found, by=self.engineer, at=self.end - timedelta(hours=hours))
        self._tell(bug, hours)

    def _tell(self, bug: Bug, hours: float) -> None:
        # The worker does this seconds later; the story cannot wait for it, and it is the same done twice.
        at = self.end - timedelta(hours=hours)
        defect_verdicts.follow(bug.found, try_until=promises.try_until(at), by=self.engineer, at=at)
