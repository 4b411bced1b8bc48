"""What a person can do with an effect: each step by its name, when it is offered, and its one call."""

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
from makegood.accounts.roles import Right
from makegood.desk.access import desk_zone
from makegood.desk.forms.effects import LastDayForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.effects import following, steps
from makegood.effects.models import Effect
from makegood.effects.states import REVERSES, Kind, State
from makegood.effects.telling import tell_soon

Call = Callable[[Effect, dict[str, Any], User, datetime], object]
OPEN = frozenset({State.UNCLEAR, State.PLANNED, State.SENT, State.REFUSED, State.UNDELIVERED})


@dataclass(frozen=True)
class Step:
    """One thing to do; `rights`: who may, any of them."""

    name: str
    label: Promise
    done: Promise
    states: frozenset[State]
    call: Call
    rights: frozenset[Right]
    form: type[forms.Form] = NothingToFillIn
    is_main: bool = False


def _say_end(effect: Effect, said: dict[str, Any], by: User, at: datetime) -> Effect:
    planned = steps.say_end(effect, said["last_day"], by=by, at=at)
    tell_soon(planned)
    return planned


def _done(effect: Effect, said: dict[str, Any], by: User, at: datetime) -> Effect:
    return steps.confirm(effect, by=by, at=at)


def _retry(effect: Effect, said: dict[str, Any], by: User, at: datetime) -> Effect:
    planned = steps.retry(effect, by=by, at=at)
    tell_soon(planned)
    return planned


def _give_back(effect: Effect, said: dict[str, Any], by: User, at: datetime) -> Effect:
    back = following.take_back_by_hand(effect, zone=desk_zone(), by=by, at=at)
    return back or effect


SEE_TO_IT = frozenset({Right.DECIDE, Right.MOVE_MONEY})
GIVE_BACK = frozenset({Right.APPROVE})
"""Giving back what a paid refund took is a present, so it is for those who agree to amounts."""

STEPS = (
    Step(
        "say-end",
        _("Say when it ends now"),
        _("Recorded."),
        frozenset({State.UNCLEAR}),
        _say_end,
        SEE_TO_IT,
        LastDayForm,
        is_main=True,
    ),
    Step(
        "retry",
        _("Tell the shop again"),
        _("Recorded."),
        frozenset({State.REFUSED, State.UNDELIVERED}),
        _retry,
        SEE_TO_IT,
        is_main=True,
    ),
    Step("done", _("It is done at the shop"), _("Recorded."), OPEN, _done, SEE_TO_IT),
    Step(
        "give-back",
        _("Give it back to the customer"),
        _("Recorded."),
        OPEN | {State.CONFIRMED},
        _give_back,
        GIVE_BACK,
    ),
)
BY_NAME = {step.name: step for step in STEPS}


def steps_for(effect: Effect, user: User) -> list[Step]:
    """What `user` can do with `effect` as it stands."""
    return [step for step in STEPS if _is_offered(step, effect, user)]


def may_do(step: Step, user: User) -> bool:
    """Whether `user` has a right for it."""
    return any(user.may(right) for right in step.rights)


def _is_offered(step: Step, effect: Effect, user: User) -> bool:
    if State(effect.state) not in step.states or not may_do(step, user):
        return False
    if step.name == "retry":
        return settings.MAKEGOOD_SHOP.is_told or settings.MAKEGOOD_SHOP.asks
    return step.name != "give-back" or (Kind(effect.kind) in REVERSES and effect.taken_back_at is None)
