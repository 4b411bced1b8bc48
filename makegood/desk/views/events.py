"""Everything that happened, newest first, as it was recorded."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs
from makegood.desk.pages import newest_page
from makegood.desk.ticket import events_with_names

SIZE = 50
LONGEST_THREAD = 40


@needs(Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """`?thread=` the reference of a request, `?before=` a key."""
    thread = request.GET.get("thread", "").strip().upper().replace("\0", "")[:LONGEST_THREAD]
    rows = events_with_names(Event.objects.all())
    if thread:
        rows = rows.filter(thread=thread)
    page = newest_page(rows, request.GET.get("before", ""), size=SIZE)
    return render(request, "desk/events.html", {"page": page, "thread": thread})
