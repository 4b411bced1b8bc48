"""What finance can do with a batch of transfers: each step, when it is offered, the call it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.desk.access import desk_zone
from makegood.desk.forms.transfers import ExecutedForm
from makegood.desk.forms.writing import NothingToFillIn, ReasonForm
from makegood.refunds.models import TransferBatch
from makegood.refunds.transfers import at_the_bank, gathering
from makegood.refunds.transfers.states import BatchState

Call = Callable[[TransferBatch, dict[str, Any], User, datetime], object]


@dataclass(frozen=True)
class BatchStep:
    """One thing to do in these `states`; `while_under_way`: only while money of it has not arrived."""

    name: str
    label: Promise
    done: Promise
    states: frozenset[BatchState]
    call: Call
    form: type[forms.Form] = NothingToFillIn
    is_main: bool = False
    while_under_way: bool = False


def _take_back(batch: TransferBatch, said: dict[str, Any], by: User, at: datetime) -> object:
    return gathering.take_back(batch, by=by, at=at)


def _hand_over(batch: TransferBatch, said: dict[str, Any], by: User, at: datetime) -> object:
    return at_the_bank.hand_over(batch, by=by, at=at)


def _execute(batch: TransferBatch, said: dict[str, Any], by: User, at: datetime) -> object:
    return at_the_bank.execute(batch, on=said["executed_on"], zone=desk_zone(), by=by, at=at)


def _arrived(batch: TransferBatch, said: dict[str, Any], by: User, at: datetime) -> object:
    return at_the_bank.arrived(batch, by=by, at=at)


def _refuse(batch: TransferBatch, said: dict[str, Any], by: User, at: datetime) -> object:
    return at_the_bank.refuse(batch, reason=said["reason"], by=by, at=at)


STEPS = (
    BatchStep(
        "accepted",
        _("The bank accepted the file"),
        _("Recorded. Accepted is not paid: record the day when the bank has executed it."),
        frozenset({BatchState.RELEASED}),
        _hand_over,
        is_main=True,
    ),
    BatchStep(
        "executed",
        _("The bank executed it"),
        _("Recorded as sent; the customers are told."),
        frozenset({BatchState.HANDED_OVER}),
        _execute,
        ExecutedForm,
        is_main=True,
    ),
    BatchStep(
        "arrived",
        _("All of it arrived"),
        _("Recorded as arrived."),
        frozenset({BatchState.EXECUTED}),
        _arrived,
        while_under_way=True,
    ),
    BatchStep(
        "refused",
        _("The bank refused the file"),
        _("Recorded. Nothing was paid; each of its refunds can be tried again."),
        frozenset({BatchState.RELEASED, BatchState.HANDED_OVER}),
        _refuse,
        ReasonForm,
    ),
    BatchStep(
        "take-back",
        _("Take the batch back"),
        _("Taken back; its refunds wait for another batch."),
        frozenset({BatchState.GATHERED}),
        _take_back,
    ),
)
BY_NAME = {step.name: step for step in STEPS}


def steps_for(batch: TransferBatch, *, under_way: bool) -> list[BatchStep]:
    """What can be done with `batch` as it stands; `under_way`: some of its money left and has not arrived."""
    state = BatchState(batch.state)
    return [step for step in STEPS if state in step.states and (under_way or not step.while_under_way)]
