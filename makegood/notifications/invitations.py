"""The letter to somebody who was invited to the desk; it holds a link that works once."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.notifications.models import Letter
from makegood.notifications.writing import write


def invited(event: Event, at: datetime) -> Letter | None:
    """Where to set a password, and that a second step comes after it; nothing once they have one."""
    person = User.objects.get(pk=event.subject_id)
    if person.has_usable_password():
        return None
    inviting = User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
    key = default_token_generator.make_token(person)
    return write(
        event,
        "invited",
        to=person,
        at=at,
        subject=_("You are invited to the desk of {vendor}"),
        news=_("{by} invites you to work at the desk of {vendor}"),
        path=reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key]),
        by=str(inviting or settings.MAKEGOOD_VENDOR),
        vendor=settings.MAKEGOOD_VENDOR,
        days=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days,
    )
