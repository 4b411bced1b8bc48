"""Business calendars: the list, a new one, one with its history, and which of them promises are made by."""

from __future__ import annotations

from itertools import zip_longest

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.calendar_words import changes, closed_days, examples, within_words
from makegood.desk.forms.calendars import CalendarForm, filled_in
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.queue import calendars
from makegood.queue.models import Calendar, CalendarEdition

EDITIONS_SHOWN = 20
EVENTS_SHOWN = 30


@needs(Right.SET_CALENDARS, Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """All of them, the one in use first."""
    newest = CalendarEdition.objects.values("calendar").annotate(newest=Max("pk")).values("newest")
    rows = calendars.with_hours(CalendarEdition.objects.filter(pk__in=newest))
    context = {
        "rows": [
            (row, within_words(calendars.terms_of(row)))
            for row in rows.order_by("-calendar__is_in_use", "calendar__name")
        ],
        "may_set": request.user.may(Right.SET_CALENDARS),
    }
    return render(request, "desk/calendars.html", context)


@needs(Right.SET_CALENDARS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Another calendar, which begins as a copy of the one in use."""
    in_use = calendars.in_use()
    if request.method != "POST":
        form = filled_in(in_use)
        form.initial.update(name="", edition=0)
        return _page(request, form)
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    if "preview" in request.POST:
        return _page(request, form, instead_of=in_use)
    added = done(
        form,
        lambda: calendars.add(
            name=form.cleaned_data["name"], terms=form.terms, by=request.user, at=timezone.now()
        ),
    )
    if added is None:
        return _page(request, form, status=FROM_OTHERS)
    messages.success(request, _("Added. Promises are made by it once you use it."))
    return see_other(reverse("desk:calendar", args=[added.pk]))


@needs(Right.SET_CALENDARS, Right.SEE_EVENTS)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One calendar, with what it means and what it said before."""
    calendar = get_object_or_404(Calendar, pk=pk)
    return _page(request, filled_in(_newest(calendar)), calendar=calendar)


@needs(Right.SET_CALENDARS)
@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Save another edition; with `preview`, only say what it would change."""
    calendar = get_object_or_404(Calendar, pk=pk)
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, form, calendar=calendar, status=INVALID)
    if "preview" in request.POST:
        return _page(request, form, calendar=calendar, instead_of=_newest(calendar))
    saved = done(
        form,
        lambda: calendars.change(
            calendar,
            name=form.cleaned_data["name"],
            terms=form.terms,
            edition=form.cleaned_data["edition"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if saved is None:
        newest = {"edition": str(_newest(calendar).number)}
        form.data = {**form.data.dict(), **newest}  # type: ignore[attr-defined]  # of a POST
        return _page(request, form, calendar=calendar, status=FROM_OTHERS)
    messages.success(request, _("Saved. New promises are made by it; those made before stay as they are."))
    return see_other(reverse("desk:calendar", args=[calendar.pk]))


@needs(Right.SET_CALENDARS)
@require_POST
def use(request: StaffRequest, pk: int) -> HttpResponse:
    """Make new promises by this calendar."""
    calendar = get_object_or_404(Calendar, pk=pk)
    form = NothingToFillIn(request.POST)
    if done(form, lambda: calendars.use(calendar, by=request.user, at=timezone.now())) is None:
        filled = filled_in(_newest(calendar))
        return _page(
            request,
            filled,
            calendar=calendar,
            problems=[str(error) for error in form.non_field_errors()],
            status=FROM_OTHERS,
        )
    messages.success(request, _("New promises are made by “{name}” from now on.").format(name=calendar.name))
    return see_other(reverse("desk:calendar", args=[calendar.pk]))


def _newest(calendar: Calendar) -> CalendarEdition:
    found: CalendarEdition = calendars.with_hours(calendar.editions.all()).latest("number")
    return found


def _page(
    request: StaffRequest,
    form: CalendarForm,
    *,
    calendar: Calendar | None = None,
    instead_of: CalendarEdition | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, filled in or refused; `instead_of`: what it says now, to compare with what was typed."""
    at = timezone.now()
    editions = _editions(calendar) if calendar else []
    said = calendars.terms_of(editions[0]) if editions else None
    before = calendars.terms_of(instead_of) if instead_of else None
    terms = form.terms if before else said
    context = {
        "form": form,
        "calendar": calendar,
        "problems": problems or [],
        "is_preview": before is not None,
        "examples": examples(terms, at=at, instead_of=before) if terms else [],
        "closed_days": closed_days(terms, today=at.astimezone(terms.time.zone).date()) if terms else [],
        "editions": [
            (row, changes(older, row) if older else []) for row, older in zip_longest(editions, editions[1:])
        ][:EDITIONS_SHOWN],
        "history": _history(calendar) if calendar else [],
        "may_set": request.user.may(Right.SET_CALENDARS),
    }
    return render(request, "desk/calendar.html", context, status=status)


def _editions(calendar: Calendar) -> list[CalendarEdition]:
    rows = calendars.with_hours(calendar.editions.select_related("made_by"))
    return list(rows.order_by("-number")[: EDITIONS_SHOWN + 1])


def _history(calendar: Calendar) -> list[Event]:
    events = Event.objects.filter(subject_kind="calendar", subject_id=calendar.pk)
    return list(events_with_names(events.order_by("-id")[:EVENTS_SHOWN]))
