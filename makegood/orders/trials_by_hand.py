"""Free trials as staff change them: one lasts longer, or ends now; each with a reason and its event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.orders.models import Trial
from makegood.orders.products import Keeper, require_manager
from makegood.orders.trials import REMIND_BEFORE


class TrialIsOver(Exception):
    """It has ended, by its day or by hand."""

    def __init__(self) -> None:
        super().__init__(_("This trial has ended, so nothing was changed."))


class NotLater(Exception):
    """An extension ends after the day on which the trial ends anyway."""

    def __init__(self) -> None:
        super().__init__(_("Please choose a later day than the one on which it ends now."))


class ReasonLacks(Exception):
    """What is done by hand has a reason."""

    def __init__(self) -> None:
        super().__init__(_("Please say why."))


def extend(trial: Trial, *, until: datetime, reason: str, by: Keeper, at: datetime) -> Trial:
    """Let it last until `until`; the member is reminded of the new end as of any.

    Raises MayNotManage, ReasonLacks, TrialIsOver, NotLater.
    """
    with transaction.atomic():
        current = _running(trial, reason, by=by, at=at)
        if until <= current.ends_at:
            raise NotLater
        was, current.ends_at = current.ends_at, until
        if until - at > REMIND_BEFORE:
            current.reminded_at = None
        current.save(update_fields=["ends_at", "reminded_at"])
        record(
            Action.TRIAL_EXTENDED,
            subject=current,
            by=by,
            at=at,
            reason=reason.strip(),
            **{"from": was.isoformat(), "to": until.isoformat()},
        )
    return current


def end(trial: Trial, *, reason: str, by: Keeper, at: datetime) -> Trial:
    """End it now. Raises MayNotManage, ReasonLacks, TrialIsOver."""
    with transaction.atomic():
        current = _running(trial, reason, by=by, at=at)
        current.ends_at = current.ended_at = at
        current.save(update_fields=["ends_at", "ended_at"])
        record(Action.TRIAL_ENDED_BY_HAND, subject=current, by=by, at=at, reason=reason.strip())
    return current


def _running(trial: Trial, reason: str, *, by: Keeper, at: datetime) -> Trial:
    require_manager(by)
    if not reason.strip():
        raise ReasonLacks
    current = locked(trial)
    if current.ended_at is not None or current.ends_at <= at or at <= current.started_at:
        raise TrialIsOver
    return current
