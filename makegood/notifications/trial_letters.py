"""The letters about a free trial: it has begun, it ends soon, it has ended; as in `letters.py`."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.audit.models import Event
from makegood.notifications.models import Letter
from makegood.notifications.writing import write
from makegood.orders.models import Trial


def trial_started(event: Event, at: datetime) -> Letter | None:
    """A free trial has begun: what it includes and when it ends."""
    trial = _trial_of(event)
    return _about_trial(
        trial, event, "trial_started", at=at, news=_("Your free trial of {product} has begun")
    )


def trial_ends_soon(event: Event, at: datetime) -> Letter | None:
    """A free trial ends within days; nothing once it has ended, or to who wants no such letters."""
    trial = _trial_of(event)
    if trial.ends_at <= at:
        return None
    return _about_trial(
        trial, event, "trial_ends_soon", at=at, news=_("Your free trial of {product} ends soon")
    )


def trial_ended(event: Event, at: datetime) -> Letter | None:
    """A free trial has ended, by itself or by us: what happens now, and how to go on."""
    return _about_trial(
        _trial_of(event),
        event,
        "trial_ended",
        at=at,
        news=_("Your free trial of {product} has ended"),
        because=event.details.get("reason", ""),
    )


def _trial_of(event: Event) -> Trial:
    return Trial.objects.select_related("member", "product").get(pk=event.subject_id)


def _about_trial(
    trial: Trial, event: Event, kind: str, *, at: datetime, news: Promise, because: str = ""
) -> Letter | None:
    """A letter to whoever has `trial`; all of one trial are one conversation."""
    return write(
        event,
        kind,
        to=trial.member,
        at=at,
        subject=_("Your free trial of {product}"),
        news=news,
        path=reverse("members:trial", args=[trial.product.sku]),
        thread=f"trial-{trial.pk}",
        product=trial.product.name,
        ends_at=trial.ends_at,
        used=trial.used,
        quota=trial.quota,
        unit=trial.product.unit,
        because=because,
    )
