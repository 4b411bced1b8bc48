"""Refunds in euro that wait to be transferred, and the people who bring them to the bank."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.accounts.models import User
from makegood.accounts.roles import Role
from makegood.money import Money
from makegood.refunds import opening
from makegood.refunds.advancing import advance
from makegood.refunds.connected import sepa
from makegood.refunds.models import Destination, Refund, TransferBatch
from makegood.refunds.providers.sepa.accounts import Account, read_account
from makegood.refunds.sending import make_attempt
from makegood.refunds.states import State
from makegood.refunds.transfers import accounts, at_the_bank, gathering, releasing
from makegood.refunds.transfers.waiting import Needs, refunds_waiting, with_what_they_need
from makegood.refunds.verifying import problems
from tests.people import NOON, a_payment, ago, an_order, finn, lars, later, olena, staff, usd
from tests.refunds.scenes import WORKER

OURS = Account("Northwind Mail GmbH", "DE89370400440532013000", "COBADEFFXXX")
THEIRS = "NO9386011117947"
ANOTHER_OF_THEIRS = "BE68539007547034"
KYIV = ZoneInfo("Europe/Kyiv")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def frida() -> User:
    """The second person of finance."""
    return staff("frida@northwind.example", Role.FINANCE, name="Frida Holm", limit=usd("2000.00"))


def a_transfer(
    amount: str = "79.00", *, currency: str = "EUR", reference: str = "R-7K3M-20", at: datetime = NOON
) -> Refund:
    """Lars paid by bank transfer, and the worker has put his refund among those to be transferred."""
    money = Money.of(amount, currency)
    order = an_order(lars(), purchased_at=ago(days=5), amount=money, paid=False)
    payment = a_payment(order, captured_at=ago(days=5), provider="sepa", method="sepa", method_label="SEPA")
    opened = opening.open(
        payment=payment, amount=money, reference=reference, decision_round=1, by=WORKER, at=at
    )
    return advance(opened.pk, provider=sepa(connections=settings), by=WORKER, at=at)


def waiting(reference: str, decision_round: int, *, at: datetime) -> Refund:
    """As `ready`, of Olena, for a round of the request `reference`, inside a transaction too."""
    money = Money.of("79.00", "EUR")
    order = an_order(olena(), purchased_at=at, amount=money, paid=False)
    payment = a_payment(order, captured_at=at, provider="sepa", method="sepa", method_label="SEPA")
    refund = opening.open(
        payment=payment, amount=money, reference=reference, decision_round=decision_round, by=WORKER, at=at
    )
    make_attempt(refund, number=1, provider=sepa(connections=settings), at=at)
    for state in (State.SENDING, State.ACTION_NEEDED):
        Refund.objects.filter(pk=refund.pk).update(state=state, next_look_at=None, last_asked_at=at)
    with_account(refund, name="Олена Коваленко", at=at)
    return Refund.objects.get(pk=refund.pk)


def with_account(
    refund: Refund, iban: str = THEIRS, *, name: str = "Lars Ødegård", at: datetime = NOON
) -> Destination:
    """Finn gave the account, Frida agreed to it."""
    given = accounts.give(refund, read_account(name=name, iban=iban), by=finn(), at=at)
    return accounts.agree(refund, destination=given.pk, by=frida(), at=at)


def ready(amount: str = "79.00", *, reference: str = "R-7K3M-20", name: str = "Lars Ødegård") -> Refund:
    """A refund that a batch can take."""
    refund = a_transfer(amount, reference=reference)
    with_account(refund, name=name)
    return refund


def gathered(*refunds: Refund, by: User | None = None, execute_on: date = TUESDAY) -> TransferBatch:
    """A batch of these, to be executed on the next day."""
    chosen = [refund.pk for refund in refunds]
    return gathering.gather(
        chosen, execute_on=execute_on, debtor=OURS, today=MONDAY, by=by or finn(), at=NOON
    )


def released(*refunds: Refund) -> TransferBatch:
    """Finn gathered it, Frida released it."""
    return releasing.release(gathered(*refunds), today=MONDAY, by=frida(), at=NOON)


def handed_over(*refunds: Refund) -> TransferBatch:
    """The bank accepted its file."""
    return at_the_bank.hand_over(released(*refunds), by=finn(), at=NOON)


def executed(*refunds: Refund) -> TransferBatch:
    """The money left on Tuesday; it is recorded on Wednesday."""
    batch = handed_over(*refunds)
    return at_the_bank.execute(batch, on=TUESDAY, zone=KYIV, by=finn(), at=later(days=2))


def came_back(refund: Refund, *, code: str = "AC04", at: datetime | None = None) -> Refund:
    """The customer's bank returned it on Wednesday."""
    return at_the_bank.returned(
        refund,
        code=code,
        amount=refund.amount,
        on=WEDNESDAY,
        zone=KYIV,
        by=finn(),
        at=at or later(days=3),
    )


def now(refund: Refund) -> Refund:
    """As it is stored at this moment."""
    return Refund.objects.get(pk=refund.pk)


def needs(refund: Refund) -> Needs:
    """What it lacks before a batch can take it."""
    [found] = with_what_they_need(refunds_waiting().filter(pk=refund.pk))
    return found.needs


def all_is_well() -> None:
    """Fails with every invariant of money that does not hold."""
    wrong = list(problems(at=NOON))
    assert not wrong, "\n".join(map(str, wrong))
