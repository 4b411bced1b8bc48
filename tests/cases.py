"""Refund requests that tests talk about, each brought to where it stands by the moves a person would make."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.orders.models import Order
from makegood.refund_requests import drafting, findings, merging, policies, transitions
from makegood.refund_requests.models import (
    Decision,
    Draft,
    Evidence,
    Message,
    PolicyVersion,
    RefundRequest,
    StatuteSwitch,
    StatuteVersion,
    Verdict,
)
from makegood.refund_requests.statutes import switching
from makegood.refund_requests.statutes.keeping import keep
from makegood.refund_requests.submitting import submit
from tests.people import NOON, ago, an_order, finn, later, marta, ola, olena, petro, usd

POLICY = Path(__file__).resolve().parents[1] / "policies" / "refund-policy.md"
LETTER = "We have looked at it with care."


def the_policy() -> PolicyVersion:
    """The vendor's policy, published."""
    return policies.publish(text=POLICY.read_text(), by=System("a test"), at=NOON)


def the_policy_in(language: str) -> str:
    """The vendor's policy in another language (ISO 639)."""
    return POLICY.with_suffix(f".{language}.md").read_text("utf-8")


def a_statute(name: str, *, at: datetime = NOON) -> StatuteVersion:
    """The text of a statute of `policies/statutes/`, kept and on nowhere."""
    return keep((POLICY.parent / "statutes" / f"{name}.md").read_text("utf-8"), by=System("a test"), at=at)


def switched(
    statute: StatuteVersion, *countries: str, is_on: bool = True, at: datetime = NOON
) -> StatuteSwitch:
    """Ola asked to have it on, or off, in `countries`, and Finn agreed."""
    asked = switching.ask(statute, countries=countries, is_on=is_on, reason="We sell there.", by=ola(), at=at)
    switching.answer(asked, agrees=True, by=finn(), at=at)
    return asked


# Asking


def a_form(
    *named: Order,
    ground: str = "defect",
    wanted: tuple[Order, ...] = (),
    pictures: int = 1,
    at: datetime = NOON,
    **answers: object,
) -> Draft:
    """A form of the orders' member, filled in; `wanted` of `named` are to be refunded: else the first."""
    the_policy()
    member = named[0].member
    draft = drafting.start(by=member, at=at)
    draft = drafting.choose_ground(draft, ground=ground, at=at)
    numbers = [order.number for order in wanted or named[:1]]
    draft = drafting.name_orders(draft, named=[order.number for order in named], wanted=numbers, at=at)
    told = {"description": "It stops after 400 letters", "steps": "1. I pressed Send"} | answers
    draft = drafting.tell(draft, answers=told if ground == "defect" else answers, at=at)
    for _ in range(pictures):
        a_picture_of(draft, at=at)
    return draft


def a_picture_of(draft: Draft, *, at: datetime = NOON) -> Evidence:
    """Evidence as the decoder leaves it; where the decoding itself is meant, see the tests of evidence."""
    return Evidence.objects.create(
        draft=draft,
        uploaded_by=draft.member,
        name="error.png",
        content_type="image/png",
        file=f"evidence/{uuid4()}.png",
        byte_size=412_000,
        original_sha256=uuid4().hex * 2,
        width=1280,
        height=800,
        at=at,
    )


def send(draft: Draft, *, at: datetime = NOON) -> RefundRequest:
    """Send the form as its member."""
    return submit(draft.token, by=draft.member, at=at)


def a_request(order: Order | None = None, *, at: datetime = NOON) -> RefundRequest:
    """A request because of a defect, waiting in the queue: Olena's of 21 days ago when no order is said."""
    return send(a_form(order or an_order(olena(), purchased_at=ago(days=21)), at=at), at=at)


# Examining


def taken(refund_request: RefundRequest, *, by: User | None = None, at: datetime = NOON) -> RefundRequest:
    """Examined by Petro."""
    return transitions.take(refund_request, by=by or petro(), at=at)


def found_to_be_a_defect(
    refund_request: RefundRequest, *, fixable: bool = False, at: datetime = NOON
) -> RefundRequest:
    """Marta the engineer has established that there is a bug, and whether it can be fixed."""
    for fact, value in (("bug_confirmed", True), ("fixable", fixable)):
        findings.record_finding(refund_request, fact=fact, value=value, note="", by=marta(), at=at)
    return now(refund_request)


def ready_to_decide(
    order: Order | None = None, *, fixable: bool = False, by: User | None = None
) -> RefundRequest:
    """Held by Petro with everything established; refundable unless `fixable`."""
    return found_to_be_a_defect(taken(a_request(order), by=by), fixable=fixable)


def with_engineers(
    refund_request: RefundRequest | None = None, *, defect: Defect | None = None
) -> RefundRequest:
    """Sent to the engineers by Petro because of `defect`."""
    held = taken(refund_request or a_request())
    return transitions.send_to_engineers(held, defect=defect or a_defect(), by=petro(), at=NOON)


def trying_fix(
    refund_request: RefundRequest | None = None,
    *,
    fixed_in: str = "9.7",
    until: datetime | None = None,
    at: datetime = NOON,
) -> RefundRequest:
    """Sent to the engineers, who fixed it; its member is asked to try that version, for a fortnight."""
    defect = a_defect()
    waiting = with_engineers(refund_request, defect=defect)
    defect = a_fixed_defect(defect, fixed_in=fixed_in, at=at)
    return transitions.ask_to_try(
        waiting, defect=defect, until=until or at + timedelta(weeks=2), by=System("a test"), at=at
    )


def solved() -> RefundRequest:
    """Olena tried the fix, and it works."""
    return transitions.fix_works(trying_fix(), by=olena(), at=NOON)


def a_defect() -> Defect:
    """A defect of Mail Sender, reported by Petro."""
    product = an_order(olena(), purchased_at=ago(days=90), paid=False).product
    return defects.report(
        product=product, title="Stops after 400 letters", steps="Press Send", by=petro(), at=NOON
    )


def a_fixed_defect(defect: Defect | None = None, *, fixed_in: str = "9.7", at: datetime = NOON) -> Defect:
    """Reproduced by Marta, and fixed."""
    reproduced = defects.reproduce(defect or a_defect(), by=marta(), at=at)
    return defects.fix(reproduced, fixed_in=fixed_in, by=marta(), at=at)


# Deciding


def refunded_by(refund_request: RefundRequest, *, by: User, at: datetime = NOON) -> Decision:
    """`by` decides to refund."""
    return transitions.decide(refund_request, verdict=Verdict.REFUND, letter=LETTER, by=by, at=at)


def awaiting_approval() -> RefundRequest:
    """Decided by Petro, 450.00 USD, which is above his limit."""
    order = an_order(olena(), purchased_at=ago(days=21), amount=usd("450.00"))
    return refunded_by(ready_to_decide(order), by=petro()).refund_request


def approved() -> RefundRequest:
    """Decided by Petro alone, 79.00 USD."""
    return now(refunded_by(ready_to_decide(), by=petro()).refund_request)


def declined() -> RefundRequest:
    """Declined by Petro, because it can be fixed."""
    ready = ready_to_decide(fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=LETTER, by=petro(), at=NOON)
    return now(ready)


def withdrawn() -> RefundRequest:
    """Withdrawn by Olena."""
    return transitions.withdraw(a_request(), by=olena(), at=NOON)


def merged() -> RefundRequest:
    """Olena asked twice; the newer request goes on in the older one, which Petro examines."""
    kept = taken(a_request())
    other = an_order(olena(), purchased_at=ago(days=20))
    return merging.merge(a_request(other, at=later(hours=1)), kept, by=petro(), at=later(hours=2))


def refunded() -> RefundRequest:
    """Approved, and the money has arrived."""
    return transitions.settle(approved(), by=System("a test"), at=later(days=7))


# Looking


def now(refund_request: RefundRequest) -> RefundRequest:
    """As it stands in the database."""
    return RefundRequest.objects.get(pk=refund_request.pk)


def order_of(refund_request: RefundRequest) -> Order:
    """The order to refund."""
    return Order.objects.get(named_in__refund_request=refund_request, named_in__wanted=True)


def happened(refund_request: RefundRequest) -> list[str]:
    """The actions of its thread, in order."""
    rows = Event.objects.filter(thread=refund_request.reference).order_by("pk")
    return [action.removeprefix("refund_request.") for action in rows.values_list("action", flat=True)]


def event_of(refund_request: RefundRequest, action: Action) -> Event:
    """The latest event of its thread with `action`."""
    return Event.objects.filter(thread=refund_request.reference, action=action).latest("pk")


def messages_of(refund_request: RefundRequest) -> list[str]:
    """What was written, in order."""
    return list(
        Message.objects.filter(refund_request=refund_request).order_by("pk").values_list("body", flat=True)
    )
