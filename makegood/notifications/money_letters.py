"""The letters to those who answer for the money: something stopped by itself, and they look at it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from makegood.accounts.granting import holders_of
from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.notifications.models import Letter
from makegood.notifications.writing import write
from makegood.refunds.models import Breaker, BreakerState


def breaker_opened(event: Event, at: datetime) -> Letter | None:
    """To each who may close it: nothing more is sent through a provider; nothing once it is closed again.

    Returns the last of the letters.
    """
    breaker = Breaker.objects.get(pk=event.subject_id)
    if breaker.state == BreakerState.CLOSED:
        return None
    letter = None
    for person in holders_of(Right.CLOSE_BREAKER):
        letter = write(
            event,
            "breaker_opened",
            to=person,
            at=at,
            subject=_("Refunds stopped: {provider}"),
            news=_("Nothing more is sent through {provider}"),
            path=reverse("desk:breaker", args=[breaker.pk]),
            provider=breaker.provider,
            cause=event.details["cause"],
        )
    return letter
