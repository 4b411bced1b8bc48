"""What this installation runs with, and what changed from one start to the next; only to be read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event, KeptSettings
from makegood.desk.access import StaffRequest, needs
from makegood.desk.setting_words import changes_told_by
from makegood.desk.ticket import events_with_names

EVENTS_SHOWN = 50


@needs(Right.SEE_SETTINGS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Every setting as docs/settings.md groups them, with its value in this process, and their history."""
    told = settings.MAKEGOOD_SETTINGS
    context = {
        "groups": [
            (_("Required"), [each for each in told if each.required]),
            (_("Optional"), [each for each in told if not each.required]),
        ],
        "kept_since": KeptSettings.objects.values_list("at", flat=True).first(),
        "history": _history(),
    }
    return render(request, "desk/settings.html", context)


def _history() -> list[Event]:
    """The newest first; each with its `changes`."""
    events = Event.objects.filter(subject_kind="keptsettings")
    rows = list(events_with_names(events).order_by("-id")[:EVENTS_SHOWN])
    for event in rows:
        event.changes = changes_told_by(event)
    return rows
