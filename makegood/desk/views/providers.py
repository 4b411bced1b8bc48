"""Payment providers: which are connected, what each promises, and how its refunds stand; only to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs
from makegood.desk.money_words import said_words, state_words
from makegood.desk.provider_words import name_in_words, promises_in_words
from makegood.desk.setting_words import changes_told_by
from makegood.desk.ticket import events_with_names
from makegood.desk.trouble import refunds_in_trouble
from makegood.refunds.connected import all_providers, missing_for, needed_by
from makegood.refunds.models import AttemptAnswer
from makegood.refunds.of_a_provider import COUNTED_UP_TO, counts, last_answers
from makegood.refunds.states import State

EVENTS_SHOWN = 25


@dataclass(frozen=True)
class Standing:
    """One provider, `called` so by people; `answer` None: it said nothing.

    `missing`: settings without which it is not connected. `states`: words and how many refunds, for each
    state that has any. `in_trouble` is counted up to COUNTED_UP_TO of all providers together.
    """

    name: str
    called: str
    missing: list[str]
    promises: list[str]
    states: list[tuple[str, int]]
    in_trouble: int
    answer: AttemptAnswer | None
    answer_words: str


@needs(Right.SEE_MONEY)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Every provider by name, and what happened to their connections."""
    providers = all_providers(connections=settings)
    counted, answers = counts(providers), last_answers(providers)
    trouble = Counter(refunds_in_trouble(timezone.now()).values_list("provider", flat=True)[:COUNTED_UP_TO])
    rows = [
        Standing(
            name=name,
            called=name_in_words(name),
            missing=missing_for(name, connections=settings),
            promises=promises_in_words(provider.promises),
            states=[
                (state_words(state), counted[name, state]) for state in State if (name, state) in counted
            ],
            in_trouble=trouble[name],
            answer=answers.get(name),
            answer_words=said_words(answers[name].said) if name in answers else "",
        )
        for name, provider in providers.items()
    ]
    needed = {each for name in providers for each in needed_by(name)}
    context = {"rows": rows, "counted": COUNTED_UP_TO, "history": _history(needed)}
    return render(request, "desk/providers.html", context)


def _history(needed: Collection[str]) -> list[Event]:
    """Refused messages and changed settings, the newest first; each with its `changes`."""
    settings_changed = Event.objects.filter(
        action=Action.SETTINGS_CHANGED, details__changed__has_any_keys=sorted(needed)
    )
    refused = Event.objects.filter(action=Action.PROVIDER_EVENT_REFUSED)
    # Each by itself, read off the front of the index of actions.
    rows = [
        event
        for events in (settings_changed, refused)
        for event in events_with_names(events).order_by("-at", "-id")[:EVENTS_SHOWN]
    ]
    for event in rows:
        event.changes = [change for change in changes_told_by(event) if change.label in needed]
    return sorted(rows, key=lambda event: (event.at, event.pk), reverse=True)[:EVENTS_SHOWN]
