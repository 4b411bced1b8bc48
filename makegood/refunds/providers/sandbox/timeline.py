"""What becomes of a sandbox refund as time passes: a pure function of its fate and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Fate(StrEnum):
    """The story a charge's refunds will live through; chosen when the charge is made, as with test cards."""

    SETTLES = "settles"
    SUCCEEDS_AT_ONCE = "succeeds_at_once"
    FAILS = "fails"
    BOUNCES = "bounces"
    NEEDS_ACTION = "needs_action"
    IS_CANCELED = "is_canceled"


@dataclass(frozen=True, slots=True)
class Step:
    """From `day` days after the refund was made it reads like this."""

    day: int
    status: str
    traced: bool = False
    arrived: bool = False


_ARRIVAL = (Step(3, "succeeded", traced=True), Step(6, "succeeded", traced=True, arrived=True))

_STORIES: dict[Fate, tuple[Step, ...]] = {
    Fate.SETTLES: (Step(0, "pending"), Step(1, "succeeded"), *_ARRIVAL),
    Fate.SUCCEEDS_AT_ONCE: (Step(0, "succeeded"), *_ARRIVAL),
    Fate.FAILS: (Step(0, "pending"), Step(1, "failed")),
    Fate.BOUNCES: (Step(0, "pending"), Step(1, "succeeded"), Step(10, "failed")),
    Fate.NEEDS_ACTION: (Step(0, "requires_action"), Step(2, "succeeded"), *_ARRIVAL),
    Fate.IS_CANCELED: (Step(0, "requires_action"), Step(1, "canceled")),
}

DAY = timedelta(days=1)
DEMO_DAY = timedelta(seconds=4)
"""In the demo a day of banking passes in seconds, so that its story can be watched."""


def steps(fate: Fate) -> tuple[Step, ...]:
    """The whole story, first step first."""
    return _STORIES[fate]


def standing(fate: Fate, *, age: timedelta, day: timedelta) -> Step:
    """How the refund reads `age` after it was made, when a banking day lasts `day`."""
    return [step for step in _STORIES[fate] if step.day * day <= max(age, timedelta())][-1]
