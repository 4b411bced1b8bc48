"""Who asks for what in the sample data, and how far each request has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from makegood.accounts.models import User
from makegood.cli.seeding import troubles
from makegood.cli.seeding.cast import FINN, MARTA, OLENA_BUYS, OLHA, OTHERS, PETRO, Buyer
from makegood.cli.seeding.sales import Books, Sale
from makegood.cli.seeding.stories import (
    Bug,
    Workbench,
    answered,
    asked,
    asked_twice,
    decided,
    decided_on_defect,
    solved_by_fix,
    waiting,
    with_engineers,
    withdrawn,
)
from makegood.cli.seeding.ticket import Staff, Story, Ticket
from makegood.cli.seeding.troubles import Trouble
from makegood.refund_requests.models import Verdict

_REFUND, _DECLINE = Verdict.REFUND, Verdict.DECLINE


@dataclass(slots=True)
class Cast:
    """Sells what the requests are about, and makes their tickets before anything happens."""

    books: Books
    end: datetime
    people: dict[str, User]
    tickets: list[Ticket] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 (the same stories each time)

    @property
    def staff(self) -> Staff:
        """The desk."""
        return Staff(*(self.people[who.email] for who in (PETRO, MARTA, FINN, OLHA)))

    def defect(self, buyer: Buyer, trouble: Trouble, *, days: float) -> Ticket:
        """Something bought so long ago does not work."""
        return self._ticket("defect", [self.books.sell(buyer, trouble.sku, days=days)], trouble)

    def duplicate(self, buyer: Buyer, sku: str, *, days: float, fate: str | None = "settles") -> Ticket:
        """Ordered twice within minutes; the second is the one to refund."""
        first = self.books.sell(buyer, sku, days=days, minutes=self.random.randint(2, 9))
        return self._ticket("duplicate", [self.books.sell(buyer, sku, days=days, fate=fate), first])

    def charged(
        self,
        buyer: Buyer,
        sku: str,
        *,
        days: float,
        chosen: bool | None = True,
        used_since: int = 0,
        fate: str = "settles",
    ) -> Ticket:
        """A service renewed by itself so long ago."""
        purchase = self.books.sell(buyer, sku, days=days + 30, auto_renewal_chosen=chosen)
        self.books.use(purchase, days=days + 20, units=self.random.randint(40, 400))
        renewal = self.books.sell(
            buyer, sku, days=days, renews=purchase, auto_renewal_chosen=chosen, fate=fate
        )
        if used_since:
            self.books.use(renewal, days=days / 2, units=used_since)
        return self._ticket("automatic_charge", [renewal])

    def _ticket(self, ground: str, sales: list[Sale], trouble: Trouble | None = None) -> Ticket:
        random = Random(self.random.random())  # noqa: S311
        ticket = Ticket(ground, sales, self.staff, self.end, random, trouble)
        self.tickets.append(ticket)
        return ticket


def stories(cast: Cast) -> list[Story]:
    """Every request of the sample data. Sells first, so call it before the sales are brought in."""
    buyers = iter(OTHERS)
    return [*_in_the_last_weeks(cast, buyers), *_today(cast, buyers), *_in_the_queue(cast, buyers)]


def _in_the_last_weeks(cast: Cast, buyers: Iterator[Buyer]) -> list[Story]:
    """What the desk did in the last two weeks."""
    bench = Workbench(cast.staff.engineer, cast.end)
    return [*_decided_long_ago(cast, buyers, bench), *_still_open(cast, buyers, bench)]


def _decided_long_ago(cast: Cast, buyers: Iterator[Buyer], bench: Workbench) -> list[Story]:
    accents, hour_late = Bug(), Bug()
    return [
        solved_by_fix(
            cast.defect(next(buyers), troubles.LOSES_ACCENTS, days=20),
            accents, received=310, taken=285, tried=240,
        ),
        bench.reproduces(accents, hours=275),
        bench.fixes(accents, hours=260, fixed_in="4.2.1"),
        decided_on_defect(
            cast.defect(next(buyers), troubles.AN_HOUR_LATE, days=25),
            hour_late, _DECLINE, received=250, taken=230, again=199,
        ),
        bench.does_not_see(hour_late, hours=200),
        withdrawn(
            cast.charged(next(buyers), "verifier-online", days=14),
            "Could you tell us whether somebody else of your company uses this account?",
            "I asked, and my colleague wants to keep it. Please forget my request, and thank you.",
            received=220, taken=198, left=180,
        ),
        decided(
            cast.charged(next(buyers), "atomic-mail", days=12, chosen=None, used_since=260),
            _DECLINE, received=170, taken=150,
            note="No choice on record, but 260 letters went out since the charge: it was wanted.",
        ),
    ]  # fmt: skip


def _still_open(cast: Cast, buyers: Iterator[Buyer], bench: Workbench) -> list[Story]:
    """Waiting for an answer of the member, for the engineers, or for word about a fix."""
    blank_line, twice, unread = Bug(), Bug(), Bug()
    return [
        asked(
            cast.defect(next(buyers), troubles.FINDS_NOTHING, days=18),
            "Could you attach one of the PDF files in which nothing is found? A page without personal data "
            "is enough. Some PDF files hold a picture of text, and we would like to see whether yours do.",
            received=130, taken=110,
        ),
        with_engineers(
            cast.defect(next(buyers), troubles.STOPS_AT_BLANK_LINE, days=16), blank_line,
            received=120, taken=100,
        ),
        with_engineers(
            cast.defect(next(buyers), troubles.STOPS_AT_BLANK_LINE, days=9), blank_line,
            received=90, taken=72,
        ),
        bench.reproduces(blank_line, hours=66),
        asked(
            cast.defect(OLENA_BUYS, troubles.NO_LICENCE, days=8),
            "Which of the two computers is the old one? On our server we see one that was last active in "
            "spring and one of this week. If you tell us its name, we can free the licence at once.",
            received=80, taken=52,
        ),
        with_engineers(
            cast.defect(next(buyers), troubles.SMS_TWICE, days=6), twice, received=76, taken=48,
        ),
        with_engineers(
            cast.defect(next(buyers), troubles.FINDS_NOTHING, days=12), unread, received=78, taken=50,
        ),
        bench.reproduces(unread, hours=45),
        bench.fixes(unread, hours=21, fixed_in="3.8.5"),
    ]  # fmt: skip


def _today(cast: Cast, buyers: Iterator[Buyer]) -> list[Story]:
    """What the desk did today: the refunds of these are still to be sent."""
    euros = (buyer for buyer in OTHERS if buyer.currency == "EUR")
    pounds = next(buyer for buyer in OTHERS if buyer.currency == "GBP")
    yen = next(buyer for buyer in OTHERS if buyer.currency == "JPY")
    dollars = iter([buyer for buyer in OTHERS if buyer.currency == "USD"][::-1])
    return [
        *_a_crash_that_stays(cast, dollars, euros),
        *_money_back(cast, dollars, euros, pounds, yen),
        answered(
            cast.defect(next(buyers), troubles.SMS_TWICE, days=10),
            "Did the message have more than 160 characters? Longer ones are sent as two.",
            "No, it was “We open at nine tomorrow”. I can send you the list of what was charged.",
            received=52.5, taken=1, answered_at=0.1,
        ),
        _two_licences(cast, next(dollars)),
    ]  # fmt: skip


def _two_licences(cast: Cast, buyer: Buyer) -> Story:
    """Asked for one by one, and looked at together."""
    first = cast.defect(buyer, troubles.NO_LICENCE, days=13)
    second = cast.defect(buyer, troubles.NO_LICENCE, days=12)
    return asked_twice(first, second, received=52, again_at=51.9, taken=0.2)


def _a_crash_that_stays(cast: Cast, dollars: Iterator[Buyer], euros: Iterator[Buyer]) -> list[Story]:
    """Two customers have it, and the engineers cannot mend it."""
    crash, bench = Bug(), Workbench(cast.staff.engineer, cast.end)
    return [
        decided_on_defect(
            cast.defect(next(dollars), troubles.CLOSES_ON_LONG_ANSWER, days=11),
            crash, _REFUND, received=75, taken=47, again=6.2,
        ),
        decided_on_defect(
            cast.defect(next(euros), troubles.CLOSES_ON_LONG_ANSWER, days=7),
            crash, _REFUND, received=74, taken=46, again=5.8,
        ),
        bench.reproduces(crash, hours=30),
        bench.gives_up(crash, hours=6.5),
    ]  # fmt: skip


def _money_back(
    cast: Cast, dollars: Iterator[Buyer], euros: Iterator[Buyer], pounds: Buyer, yen: Buyer
) -> list[Story]:
    """Refunds that will settle, fail, bounce, or wait for a person."""
    owner = cast.staff.owner
    return [
        decided(cast.duplicate(OLENA_BUYS, "sms-balance", days=4), _REFUND, received=60, taken=5.5),
        decided(
            cast.duplicate(yen, "mail-sender", days=5), _REFUND, received=59, taken=5.2,
            approver=owner, approved=4.5,
        ),
        decided(
            cast.charged(next(dollars), "atomic-mail", days=6, fate="fails"), _REFUND, received=57, taken=4.9,
        ),
        decided(
            cast.charged(next(euros), "verifier-online", days=3, fate="bounces"), _REFUND,
            received=56, taken=4.4, approver=owner, approved=4.2,
        ),
        decided(
            cast.duplicate(pounds, "list-manager", days=10, fate=None), _REFUND, received=55, taken=4.1,
            note="Paid by bank transfer, so finance sends it by hand.", approver=owner, approved=3.8,
        ),
        decided(
            cast.charged(next(dollars), "verifier-online", days=5, fate="needs_action"), _REFUND,
            received=54, taken=3.6,
        ),
        decided(
            cast.duplicate(next(dollars), "mail-sender-pro", days=4), _REFUND, received=53, taken=3.3,
            note="Both orders within minutes; three seats were never activated on the second.",
        ),
    ]  # fmt: skip


def _in_the_queue(cast: Cast, buyers: Iterator[Buyer]) -> list[Story]:
    """What came in since yesterday, first come first; with the one above, fourteen wait."""
    tickets = [
        cast.duplicate(next(buyers), "mail-sender", days=3),
        cast.defect(next(buyers), troubles.STOPS_AT_BLANK_LINE, days=22),
        cast.charged(next(buyers), "atomic-mail", days=4),
        cast.duplicate(next(buyers), "verifier-online", days=6),
        cast.charged(next(buyers), "verifier-online", days=9),
        cast.defect(next(buyers), troubles.FINDS_NOTHING, days=15),
        cast.duplicate(next(buyers), "address-extractor", days=2.5),
        cast.charged(next(buyers), "atomic-mail", days=7, chosen=None),
        cast.duplicate(next(buyers), "sms-balance", days=5),
        cast.defect(next(buyers), troubles.AN_HOUR_LATE, days=28),
        cast.charged(next(buyers), "verifier-online", days=11),
        cast.duplicate(next(buyers), "list-manager", days=8),
        cast.defect(next(buyers), troubles.CLOSES_ON_LONG_ANSWER, days=26),
    ]
    return [waiting(ticket, received=50 - 3.7 * place) for place, ticket in enumerate(tickets)]
