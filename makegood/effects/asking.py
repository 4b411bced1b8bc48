"""What the shop learns when it asks by itself, and what it says of an effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from makegood.audit.actors import Actor
from makegood.effects import steps
from makegood.effects.models import Effect
from makegood.effects.telling import message_of, with_what_is_told

AT_ONCE = 100
_PREFIX = "effect_"


class Outcome(StrEnum):
    """What became of an effect at the shop, in its own words."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Page:
    """Effects by their numbers; `after` is what to ask with next, also when there are no more yet."""

    effects: Sequence[Mapping[str, object]]
    after: int
    more: bool


def page(after: int) -> Page:
    """The effects with greater numbers than `after`. None is ever added below a number that was told."""
    rows = list(with_what_is_told().filter(number__gt=after).order_by("number")[: AT_ONCE + 1])
    told, more = rows[:AT_ONCE], len(rows) > AT_ONCE
    last = told[-1].number if told else None
    return Page([shown(row) for row in told], after if last is None else last, more)


def shown(effect: Effect) -> Mapping[str, object]:
    """The message of the effect, and where it stands."""
    return {**message_of(effect), "state": effect.state}


def find(name: str) -> Effect | None:
    """The effect called so (`effect_…`); None: there is none."""
    try:
        key = UUID(hex=name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else None
    except ValueError:
        return None
    return with_what_is_told().filter(key=key, number__isnull=False).first() if key else None


def said(effect: Effect, outcome: Outcome, *, by: Actor, at: datetime) -> Effect:
    """Take in what became of it; said again, nothing more happens. Raises NotItsTurn, MoveNotAllowed."""
    step = steps.confirm if outcome is Outcome.DONE else steps.refuse
    return step(effect, by=by, at=at)
