"""What finance can do with a refund: each step by its name, when it is offered, and the one call it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.desk.forms.money import ConsentForm, SentForm
from makegood.desk.forms.writing import NothingToFillIn, ReasonForm
from makegood.refunds import by_hand, opening, retrying
from makegood.refunds.connected import manual, provider_of
from makegood.refunds.models import Refund
from makegood.refunds.moving import advance_soon
from makegood.refunds.states import State

Call = Callable[[Refund, dict[str, Any], User, datetime], object]


@dataclass(frozen=True)
class Step:
    """One thing to do. `states`: where it is offered; `askable`: only if the provider can (not) be asked."""

    name: str
    label: Promise
    done: Promise
    states: frozenset[State]
    call: Call
    form: type[forms.Form] = NothingToFillIn
    askable: bool | None = None
    is_main: bool = False


def _look(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    advance_soon(refund)
    return refund


def _retry(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return retrying.retry(refund, provider=provider_of(refund, connections=settings), by=by, at=at)


def _sent(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    provider = provider_of(refund, connections=settings)
    return by_hand.record_sent(refund, reference=said["reference"], provider=provider, by=by, at=at)


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


STEPS = (
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
    ),
    Step(
        "another-way",
        _("Pay another way"),
        _("Proposed; a second person approves it."),
        frozenset({State.FAILED, State.BOUNCED}),
        _another_way,
        ConsentForm,
    ),
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


def steps_for(refund: Refund) -> list[Step]:
    """What can be done with `refund` as it stands."""
    askable = provider_of(refund, connections=settings).promises.can_look_up
    state = State(refund.state)
    return [step for step in STEPS if state in step.states and step.askable in (None, askable)]
