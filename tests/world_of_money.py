"""The money of the small world: refunds in every state, a dispute, a credit note, a batch, a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from makegood.audit.actors import System
from makegood.books.credit_notes import issuing
from makegood.books.credit_notes.content import Seller
from makegood.books.models import Difference
from makegood.books.taking_in import take_in_file
from makegood.effects import following
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import disputes, ledger, opening
from makegood.refunds.models import Breaker, ExternalRefund, Refund
from makegood.refunds.providers.base import ChargedDispute, DisputeState
from makegood.refunds.transfers import gathering
from makegood.refunds.transfers.typed import next_bank_day
from tests import cases, paying, people
from tests.refunds import transfer_scenes

if TYPE_CHECKING:
    from tests.world import World

PAID: dict[str, Callable[..., object]] = {
    "sent": paying.sent,
    "in_trouble": paying.in_trouble,
    "bounced": paying.bounced,
    "refunded": paying.settled,
    "reopened": paying.reopened,
}
"""Approved requests by what became of their money."""


def pay(world: World) -> None:
    """The refund of the approved request, which the worker has not come to yet; and one made elsewhere."""
    reference = str(world.named["approved"])
    order = cases.order_of(RefundRequest.objects.get(reference=reference))
    refund = opening.open(
        payment=order.payments.get(),
        amount=order.amount,
        reference=reference,
        decision_round=1,
        by=System("a test"),
        at=world.now,
    )
    world.named["refund"] = refund.pk
    sent = Refund.objects.get(reference=world.named["sent"])
    [effect] = following.bring_in_line(sent, zone=ZoneInfo("Europe/Kyiv"), by=System("a test"), at=world.now)
    world.named["effect"], world.named["effect_name"] = effect.pk, effect.public_id
    outside = ExternalRefund.objects.create(
        payment=world.order().payments.get(),
        provider_refund_id="re_made_at_the_provider",
        currency="USD",
        amount_minor=100,
        reserved_minor=0,
        made_at=world.now,
        found_at=world.now,
    )
    world.named["refund_made_outside"] = outside.pk
    world.named["refund_sent"] = Refund.objects.get(reference=world.named["sent"]).pk
    listed = ChargedDispute(
        dispute_id="dp_1",
        amount=people.usd("1.00"),
        state=DisputeState.OPEN,
        reason="fraudulent",
        opened_at=world.now,
        answer_by=world.now + timedelta(days=9),
    )
    disputed = world.order().payments.get()
    world.named["breaker"] = Breaker.objects.create(
        provider="sandbox", state="open", cause="sum", opened_at=world.now
    ).pk
    world.named["dispute"] = disputes.found(disputed, listed, by=System("a test"), at=world.now).pk


def note(world: World) -> None:
    """A credit note for the refund that was sent."""
    refund = Refund.objects.get(reference=world.named["sent"])
    with transaction.atomic():
        ledger.post_paid(refund, attempt=1, at=world.now)
    seller = Seller("Northwind Mail AS", ["Storgata 1", "0155 Oslo"], "NO 999 999 999 MVA")
    [note] = issuing.issue_due(
        refund, seller=seller, code="CN", zone=ZoneInfo("UTC"), by=System("a test"), at=world.now
    )
    world.named["credit_note"] = note.name


def transfer(world: World) -> None:
    """A refund that a batch can take, and a batch that waits to be released by somebody of finance."""
    reference = str(world.named["approved"])
    waiting, gathered = (transfer_scenes.waiting(reference, number, at=world.now) for number in (8, 9))
    world.named["transfer"] = waiting.pk
    day = next_bank_day(timezone.localdate(world.now))
    world.named["bank_day"] = day.isoformat()
    batch = gathering.gather(
        [gathered.pk],
        execute_on=day,
        debtor=transfer_scenes.OURS,
        today=timezone.localdate(world.now),
        by=transfer_scenes.frida(),
        at=world.now,
    )
    world.named["batch"] = batch.pk


def match(world: World) -> None:
    """A report of the sandbox with a refund that is not ours."""
    content = (
        b"at,kind,refund,charge,amount,currency,fee,fee_currency\n"
        b"2026-11-20T12:00:00+00:00,refund,re_of_nobody,ch_of_nobody,9.00,USD,0.25,USD\n"
    )
    take_in_file(
        "sandbox",
        content,
        name="november.csv",
        first=None,
        last=None,
        zone=ZoneInfo("UTC"),
        by=System("a test"),
        at=world.now,
    )
    world.named["difference"] = Difference.objects.get().pk
