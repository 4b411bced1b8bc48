"""Free trials: those that run, those of one member, and changing one by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.trials import EndForm, ExtendForm
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.orders import trials_by_hand
from makegood.orders.models import Trial

LONGEST_ADDRESS = 254
EVENTS_SHOWN = 50

sees = needs(Right.MANAGE_PRODUCTS, Right.SEE_EVENTS)


@sees
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Those that run, or with `?email=`, how the address of a member begins, all; `?before=` a key."""
    email = request.GET.get("email", "").strip().replace("\0", "")[:LONGEST_ADDRESS]
    at = timezone.now()
    rows = Trial.objects.select_related("member", "product")
    if email:
        rows = rows.filter(member__email__istartswith=email)
    else:
        rows = rows.filter(ended_at=None, ends_at__gt=at)
    page = newest_page(rows, request.GET.get("before", ""))
    return render(request, "desk/trials.html", {"page": page, "email": email, "at": at})


@sees
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One trial, with what happened to it."""
    return _page(request, pk)


@needs(Right.MANAGE_PRODUCTS)
@require_POST
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it last longer."""
    form = ExtendForm(request.POST)

    def act(trial: Trial, at: datetime) -> Trial:
        reason = form.cleaned_data["reason"]
        return trials_by_hand.extend(trial, until=form.until, reason=reason, by=request.user, at=at)

    return _acted(request, pk, form, act) or _page(request, pk, extending=form, status=_why(form))


@needs(Right.MANAGE_PRODUCTS)
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """End it now."""
    form = EndForm(request.POST)

    def act(trial: Trial, at: datetime) -> Trial:
        return trials_by_hand.end(trial, reason=form.cleaned_data["reason"], by=request.user, at=at)

    return _acted(request, pk, form, act) or _page(request, pk, ending=form, status=_why(form))


def _acted(
    request: StaffRequest, pk: int, form: forms.Form, act: Callable[[Trial, datetime], Trial]
) -> HttpResponse | None:
    """What follows when it is done; None where the form is not valid or the domain refused."""
    trial = get_object_or_404(Trial, pk=pk)
    if not form.is_valid() or done(form, lambda: act(trial, timezone.now())) is None:
        return None
    messages.success(request, _("Recorded."))
    return see_other(reverse("desk:trial", args=[pk]))


def _why(form: forms.Form) -> int:
    return FROM_OTHERS if form.non_field_errors() else INVALID


def _page(
    request: StaffRequest,
    pk: int,
    *,
    extending: ExtendForm | None = None,
    ending: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    trial = get_object_or_404(Trial.objects.select_related("member", "product"), pk=pk)
    events = Event.objects.filter(subject_kind="trial", subject_id=trial.pk)
    failed = extending or ending
    is_running = trial.ended_at is None and trial.ends_at > timezone.now()
    context = {
        "trial": trial,
        "extending": extending or ExtendForm(auto_id="extend_%s"),
        "ending": ending or EndForm(auto_id="end_%s"),
        "problems": [str(error) for error in failed.non_field_errors()] if failed else [],
        "form_errors": bool(failed and failed.errors),
        "is_running": is_running,
        "history": list(events_with_names(events).order_by("-id")[:EVENTS_SHOWN]),
        "may_change": is_running and request.user.may(Right.MANAGE_PRODUCTS),
    }
    return render(request, "desk/trial.html", context, status=status)
