"""Everything that happened, newest first, as it was recorded: to be looked through, and to be taken along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.finding import Place, Wanted, every, find
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.desk.access import StaffRequest, needs
from makegood.desk.event_objects import NAMES, links_for
from makegood.desk.event_sheet import lines
from makegood.desk.event_words import told
from makegood.desk.forms.events import EventsForm
from makegood.desk.people import names_of_the_desk
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import INVALID

SIZE = 40
MOST_IN_A_FILE = 100_000


@needs(Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """By who, what, about what and when; `?before=` where the page before ended, `?thread=` a request."""
    form = _form(request.GET)
    if not form.is_valid():
        return render(request, "desk/events.html", {"form": form, "filter": form}, status=INVALID)
    places = find(form.wanted, before=_place(request.GET.get("before", "")), size=SIZE + 1)
    events = _events(places[:SIZE])
    links = links_for(request.user, events)
    context = {
        "filter": form,
        "rows": [
            (each, NAMES.get(each.event.subject_kind), links.get(each.event.pk)) for each in told(events)
        ],
        "next": urlencode({**form.query, "before": _written(places[SIZE - 1])}) if len(places) > SIZE else "",
        "most": MOST_IN_A_FILE,
    }
    return render(request, "desk/events.html", context)


@needs(Right.SEE_EVENTS)
@require_POST
def download(request: StaffRequest) -> HttpResponseBase:
    """The same list as a CSV file, at most the newest of it; that it was taken is an event itself."""
    form = _form(request.POST)
    if not form.is_valid():
        return render(request, "desk/events.html", {"form": form, "filter": form}, status=INVALID)
    at, wanted = timezone.now(), form.wanted
    with transaction.atomic():
        record(Action.EVENTS_DOWNLOADED, subject=request.user, by=request.user, at=at, **_recorded(wanted))
    answer = StreamingHttpResponse(lines(_each(wanted)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="events-{at.date().isoformat()}.csv"'
    return answer


def _form(typed: QueryDict) -> EventsForm:
    thread = typed.get("thread", "")
    given = {"kind": "request", "which": thread} if thread else typed.dict()
    return EventsForm(given, people=names_of_the_desk())


def _events(places: Sequence[Place]) -> list[Any]:
    rows = events_with_names(Event.objects.filter(pk__in=[place.key for place in places]))
    return list(rows.order_by("-at", "-pk"))


def _each(wanted: Wanted) -> Iterator[Any]:
    for places in every(wanted, most=MOST_IN_A_FILE):
        yield from _events(places)


def _recorded(wanted: Wanted) -> dict[str, Any]:
    """The filter as keys and moments, never as an address that was typed."""
    about = wanted.about
    kept = {
        "actions": None if wanted.actions is None else [str(action) for action in wanted.actions],
        "actor": wanted.actor,
        "threads": list(about.threads) if about and about.threads else None,
        "subjects": [f"{kind} {key}" for kind, key in about.subjects] if about and about.subjects else None,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }
    return {name: value for name, value in kept.items() if value is not None}


def _written(place: Place) -> str:
    return f"{place.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{place.key}"


def _place(text: str) -> Place | None:
    """None for what no page wrote: the list then begins anew."""
    moment, _dash, key = text.partition("-")
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    try:
        return Place(datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), int(key))
    except ValueError:
        return None
