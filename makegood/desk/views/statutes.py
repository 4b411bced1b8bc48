"""Statutes above the policy: which are on for which countries, asking for a change, and agreeing to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.countries import country_names
from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.statutes import AnswerSwitchForm, SwitchForm
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests.models import StatuteSwitch, StatuteVersion
from makegood.refund_requests.statutes import keeping, switching
from makegood.refund_requests.statutes.in_use import in_use

SHOWN = 100
EVENTS_SHOWN = 50
ANSWERS = {"agree": True, "refuse": False}


@needs(Right.SEE_DESK)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """All texts that are kept, with where each is on, and what waits for a second person."""
    on = in_use()
    kept = StatuteVersion.objects.defer("text").order_by("name", "-in_force_from", "-pk")[:SHOWN]
    waiting = StatuteSwitch.objects.filter(reply=None).values_list("statute_id", flat=True)
    context = {
        "rows": [(each, keeping.read(each).title, country_names(on.countries_of(each))) for each in kept],
        "waiting": set(waiting),
    }
    return render(request, "desk/statutes.html", context)


@needs(Right.SEE_DESK)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One text, where it is on, and everything that was asked for."""
    return _page(request, _statute(pk), SwitchForm())


@needs(Right.WRITE_POLICY)
@require_POST
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask to have it on, or off, in some countries."""
    statute = _statute(pk)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _page(request, statute, form, status=INVALID)
    asked = done(
        form, lambda: switching.ask(statute, **form.cleaned_data, by=request.user, at=timezone.now())
    )
    if asked is None:
        return _page(request, statute, form, status=FROM_OTHERS)
    messages.success(request, _("Asked. Nothing changes until somebody else agrees."))
    return see_other(reverse("desk:statute", args=[pk]))


@needs(Right.PUBLISH_POLICY)
@require_POST
def answer(request: StaffRequest, pk: int, said: str) -> HttpResponse:
    """`agree` or `refuse`, as the second person."""
    switch = get_object_or_404(StatuteSwitch.objects.select_related("statute", "author"), pk=pk)
    if said not in ANSWERS:
        raise Http404
    form = AnswerSwitchForm(request.POST)
    form.full_clean()
    given = {"agrees": ANSWERS[said], "reason": form.cleaned_data.get("reason", "")}
    if done(form, lambda: switching.answer(switch, **given, by=request.user, at=timezone.now())) is None:
        statute = _statute(switch.statute_id)
        return _page(request, statute, SwitchForm(), answered=form, status=FROM_OTHERS)
    messages.success(request, _("Recorded."))
    return see_other(reverse("desk:statute", args=[switch.statute_id]))


def _statute(pk: int) -> StatuteVersion:
    return get_object_or_404(StatuteVersion.objects.defer("text"), pk=pk)


def _page(
    request: StaffRequest,
    statute: StatuteVersion,
    form: SwitchForm,
    *,
    answered: AnswerSwitchForm | None = None,
    status: int = 200,
) -> HttpResponse:
    document = keeping.read(statute)
    switches = statute.switches.select_related("author", "reply__author").order_by("-pk")[:SHOWN]
    user = request.user
    may_answer = user.may(Right.PUBLISH_POLICY)
    context = {
        "form": form,
        "answered": answered or AnswerSwitchForm(),
        "problems": [str(error) for error in answered.non_field_errors()] if answered else [],
        "statute": statute,
        "document": document,
        # page_html lets through a fixed list of tags and attributes only.
        "text": mark_safe(document.page_html(titled=False)),  # noqa: S308
        "countries": country_names(in_use().countries_of(statute)),
        "switches": [
            (each, country_names(each.countries), may_answer and each.author_id != user.pk)
            for each in switches
        ],
        "history": _history(statute),
        "may_ask": user.may(Right.WRITE_POLICY),
    }
    return render(request, "desk/statute.html", context, status=status)


def _history(statute: StatuteVersion) -> list[Event]:
    events = Event.objects.filter(subject_kind="statuteversion", subject_id=statute.pk)
    return list(events_with_names(events).order_by("-id")[:EVENTS_SHOWN])
