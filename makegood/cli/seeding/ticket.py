"""One refund request living through its story: each step is the real one, at the moment the story says."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from uuid import UUID

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.cli.seeding.sales import Sale
from makegood.cli.seeding.troubles import Trouble
from makegood.defects.models import Defect
from makegood.notifications.prewritten import decision_letter
from makegood.queue import leases
from makegood.refund_requests import conversation, drafting, findings, merging, submitting, transitions
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.deciding import amounts_for
from makegood.refund_requests.evidence.cleaning import Cleaned
from makegood.refund_requests.evidence.keeping import keep_cleaned_for_draft
from makegood.refund_requests.models import RefundRequest, Verdict

Story = Generator[datetime, None, None]
"""Yields the moment at which it goes on; the other stories go on meanwhile."""


class OutOfTurn(RuntimeError):
    """A story takes a request that is not the first in the queue, so its times are wrong."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at the desk."""

    representative: User
    engineer: User
    finance: User
    owner: User


@dataclass(slots=True)
class Ticket:
    """A request to come. `sales` are the orders it names, the first of them the one to refund.

    Hours are counted back from `end`, which is when the sample data ends.
    """

    ground: str
    sales: Sequence[Sale]
    staff: Staff
    end: datetime
    random: Random
    trouble: Trouble | None = None
    pictures: list[Future[Cleaned]] = field(default_factory=list)
    now: datetime = field(init=False)
    made: RefundRequest = field(init=False)

    def until(self, hours: float) -> Story:
        """Go on so many hours before the end."""
        self.now = self.end - timedelta(hours=hours)
        yield self.now

    def submit(self) -> None:
        """The member fills in the form, step by step, and sends it."""
        member = User.objects.get(email=self.sales[0].buyer.email)
        began = self.now - timedelta(minutes=12)
        draft = drafting.start(by=member, at=began)
        draft = drafting.choose_ground(draft, ground=self.ground, at=began)
        numbers = [sale.number for sale in self.sales]
        wanted = numbers[:1] if self.ground == "duplicate" else numbers
        draft = drafting.name_orders(draft, named=numbers, wanted=wanted, at=began + timedelta(minutes=1))
        if self.trouble is not None:
            told = {"description": self.trouble.description, "steps": self.trouble.steps}
            draft = drafting.tell(draft, answers=told, at=self.now - timedelta(minutes=5))
        for picture in self.pictures:
            keep_cleaned_for_draft(
                picture.result(), draft=draft, by=member, at=self.now - timedelta(minutes=2)
            )
        self.made = submitting.submit(draft.token, by=member, at=self.now)

    def take(self) -> None:
        """The representative takes the next one, which must be this one. Raises OutOfTurn."""
        taken = leases.take_next(by=self.staff.representative, at=self.now)
        if taken != self.made:
            raise OutOfTurn(f"{self.sales[0].buyer.name} at {self.now}: next was {taken}.")

    def take_over(self, newer: Ticket) -> None:
        """The representative lets another request of the member go on in this one."""
        self._tick()
        merging.merge(newer.made, self.made, by=self.staff.representative, at=self.now)

    def write(self, body: str, *, asks: bool = False) -> None:
        """The representative writes to the member, and with `asks` waits for the answer."""
        self._tick()
        last = self.made.messages.order_by("-id").first()
        conversation.write_as_staff(
            self.made,
            body=body,
            token=self._token(),
            by=self.staff.representative,
            at=self.now,
            seen_up_to=last.pk if last else 0,
            asks=asks,
        )

    def answer(self, body: str) -> None:
        """The member writes."""
        conversation.write_as_member(
            self.made, body=body, token=self._token(), by=self.made.member, at=self.now
        )

    def note(self, body: str, *, by: User | None = None) -> None:
        """Somebody of the staff writes what only the staff reads."""
        self._tick()
        author = by or self.staff.representative
        conversation.write_note(self.made, body=body, token=self._token(), by=author, at=self.now)

    def find(self, fact: str, value: object, note: str) -> None:
        """The representative establishes a fact."""
        self._tick()
        findings.record_finding(
            self.made, fact=fact, value=value, note=note, by=self.staff.representative, at=self.now
        )

    def to_engineers(self, defect: Defect) -> None:
        """The engineers look at it now."""
        self._tick()
        transitions.send_to_engineers(self.made, defect=defect, by=self.staff.representative, at=self.now)

    def decide(self, verdict: Verdict) -> None:
        """The representative decides, with the letter that the desk proposes."""
        self._tick()
        answers = answers_of_request(RefundRequest.objects.get(pk=self.made.pk))
        letter = decision_letter(
            verdict,
            answers,
            amounts_for(verdict, answers),
            signed=self.staff.representative.first_name,
            language=spoken_by(self.made.member),
        )
        transitions.decide(
            self.made, verdict=verdict, letter=letter, by=self.staff.representative, at=self.now
        )

    def approve(self, *, by: User) -> None:
        """The second person agrees."""
        transitions.approve(self.made, by=by, at=self.now)

    def withdraw(self) -> None:
        """The member no longer asks."""
        transitions.withdraw(self.made, by=self.made.member, at=self.now)

    def says_fix_works(self) -> None:
        """The member tried the version that fixes it, and is content."""
        transitions.fix_works(self.made, by=self.made.member, at=self.now)

    def _tick(self) -> None:
        # People need a few minutes between two steps.
        self.now += timedelta(minutes=self.random.randint(1, 4), seconds=self.random.randint(0, 59))

    def _token(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)


def play(stories: Iterable[Story]) -> None:
    """Let all stories happen, each step in the order of its moment."""
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        heappush(waiting, (next(story), number, story))
    while waiting:
        _, number, story = heappop(waiting)
        moment = next(story, None)
        if moment is not None:
            heappush(waiting, (moment, number, story))
