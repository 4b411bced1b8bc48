"""What finance can do with a refund: each step by its name, when it is offered, and the one call it makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.desk.access import desk_zone
from makegood.desk.forms.money import ConsentForm, SentForm
from makegood.desk.forms.writing import ReasonForm
from makegood.desk.money_step import Step
from makegood.desk.transfer_steps import BY_SEPA, is_free
from makegood.desk.transfer_steps import STEPS as TRANSFER_STEPS
from makegood.desk.transfer_words import Bank
from makegood.refunds import by_hand, opening, retrying
from makegood.refunds.connected import SEPA, manual, provider_of
from makegood.refunds.models import Refund
from makegood.refunds.moving import advance_soon
from makegood.refunds.states import State


def _look(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    advance_soon(refund)
    return refund


def _retry(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return retrying.retry(refund, provider=provider_of(refund, connections=settings), by=by, at=at)


def _sent(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    provider = provider_of(refund, connections=settings)
    sent = by_hand.SentOn(by_hand.Way(said["way"]), said["sent_on"], desk_zone())
    return by_hand.record_sent(
        refund, reference=said["reference"], provider=provider, sent=sent, by=by, at=at
    )


def _arrived(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return by_hand.record_arrived(refund, provider=provider_of(refund, connections=settings), by=by, at=at)


def _failed(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    provider = provider_of(refund, connections=settings)
    return by_hand.record_failed(refund, reason=said["reason"], provider=provider, by=by, at=at)


def _release(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return opening.release_hold(refund, by=by, at=at)


def _cancel(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return opening.cancel(refund, reason=said["reason"], by=by, at=at)


def _another_way(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    provider = manual(connections=settings)
    return retrying.fall_back(refund, provider=provider, consent=said["consent"], by=by, at=at)


def _approve(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return retrying.approve(refund, by=by, at=at)


def _is_by_hand(refund: Refund, bank: Bank) -> bool:
    return refund.provider != SEPA


def _can_fail(refund: Refund, bank: Bank) -> bool:
    # What is in a batch fails with its batch, or comes back.
    return refund.provider != SEPA or (is_free(refund, bank) and refund.state == State.ACTION_NEEDED)


def _can_be_released(refund: Refund, bank: Bank) -> bool:
    return not bank.waits_for_agreement


def _today(refund: Refund, bank: Bank) -> Mapping[str, object]:
    return {"sent_on": timezone.localdate(), "way": by_hand.Way.WIRE}


RELEASING = frozenset({"approve", "release", "retry"})
"""The steps after which money leaves by itself."""

STEPS = (
    *TRANSFER_STEPS,
    Step(
        "look-up",
        _("Ask the provider now"),
        _("Asked; what it says appears here in a moment."),
        frozenset(
            {
                State.APPROVED,
                State.SENDING,
                State.UNKNOWN,
                State.PENDING,
                State.ACTION_NEEDED,
                State.SUCCEEDED,
            }
        ),
        _look,
        askable=True,
    ),
    Step(
        "approve",
        _("Approve this way of paying"),
        _("Approved; it is sent now."),
        frozenset({State.DRAFT}),
        _approve,
        is_main=True,
    ),
    Step(
        "release",
        _("Release it"),
        _("Released; it is sent now."),
        frozenset({State.HELD}),
        _release,
        is_main=True,
        offered=_can_be_released,
    ),
    Step(
        "retry",
        _("Try again"),
        _("It is sent again, as a new attempt."),
        frozenset({State.FAILED, State.BOUNCED}),
        _retry,
        is_main=True,
    ),
    Step(
        "sent",
        _("Record that it was sent"),
        _("Recorded as sent; the customer is told."),
        frozenset({State.ACTION_NEEDED, State.PENDING, State.UNKNOWN}),
        _sent,
        SentForm,
        askable=False,
        is_main=True,
        offered=_is_by_hand,
        filled=_today,
    ),
    Step(
        "arrived",
        _("Record that it arrived"),
        _("Recorded as arrived."),
        frozenset({State.SUCCEEDED}),
        _arrived,
        askable=False,
        is_main=True,
    ),
    Step(
        "failed",
        _("Record that it failed or came back"),
        _("Recorded."),
        frozenset({State.ACTION_NEEDED, State.PENDING, State.UNKNOWN, State.SUCCEEDED}),
        _failed,
        ReasonForm,
        askable=False,
        offered=_can_fail,
    ),
    Step(
        "another-way",
        _("Pay another way, by hand"),
        _("Proposed; a second person approves it."),
        frozenset({State.FAILED, State.BOUNCED}),
        _another_way,
        ConsentForm,
    ),
    *BY_SEPA,
    Step(
        "cancel",
        _("Cancel it"),
        _("Canceled; a person decides the request again."),
        frozenset({State.DRAFT, State.HELD}),
        _cancel,
        ReasonForm,
    ),
)
BY_NAME = {step.name: step for step in STEPS}


def steps_for(refund: Refund, bank: Bank) -> list[Step]:
    """What can be done with `refund` as it stands, also with the bank."""
    askable = provider_of(refund, connections=settings).promises.can_look_up
    state = State(refund.state)
    return [
        step
        for step in STEPS
        if state in step.states and step.askable in (None, askable) and step.offered(refund, bank)
    ]
