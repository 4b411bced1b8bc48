"""Defects: the list, reporting one, and the verdicts, each of which answers every linked request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.defects import transitions
from makegood.defects.models import Defect
from makegood.defects.states import MOVES, State
from makegood.desk import defect_words
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.defects import DefectForm, FixedForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.standing import state_standing
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.queue import promises
from makegood.refund_requests.defect_verdicts import trial_of
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_seen_by
from makegood.refund_requests.states import UNDECIDED

OPEN_STATES = frozenset({State.REPORTED, State.REPRODUCED})
SHOWN = 50


@needs(Right.SEE_DESK)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """The defects, newest first; `?which=open` leaves out those that are answered."""
    which = "open" if request.GET.get("which") == "open" else "all"
    rows = Defect.objects.select_related("product").annotate(
        asked_by=Count("refund_requests"),
        waiting=Count("refund_requests", filter=Q(refund_requests__state__in=UNDECIDED)),
    )
    if which == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    page = newest_page(rows, request.GET.get("before", ""))
    context = {
        "page": page,
        "which": which,
        "rows": [
            (row, defect_words.state_words(row.state), defect_words.mark(row.state)) for row in page.rows
        ],
        "may_report": _may_report(request.user),
    }
    return render(request, "desk/defects.html", context)


def _may_report(user: User) -> bool:
    return user.may(Right.EXAMINE) or user.may(Right.GIVE_VERDICT)


@needs(Right.EXAMINE, Right.GIVE_VERDICT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Report a defect."""
    if request.method != "POST":
        return render(request, "desk/new_defect.html", {"form": DefectForm()})
    form = DefectForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/new_defect.html", {"form": form}, status=INVALID)
    defect = transitions.report(**form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("Reported as {defect}.").format(defect=defect.reference))
    return see_other(reverse("desk:defect", args=[defect.pk]))


@needs(Right.SEE_DESK)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One defect with the requests that wait for it."""
    return _page(request, _find(pk))


@needs(Right.GIVE_VERDICT)
@require_POST
def verdict(request: StaffRequest, pk: int, said: str) -> HttpResponse:
    """What the engineers found; `said` is one of VERDICTS."""
    defect, at = _find(pk), timezone.now()
    if said not in VERDICTS:
        raise Http404
    form = NothingToFillIn(request.POST)
    if not done(form, lambda: VERDICTS[said](defect, request.user, at)):
        return _page(request, _find(pk), form=form, status=FROM_OTHERS)
    return after_verdict(request, defect)


VERDICTS: dict[str, Callable[[Defect, User, datetime], Defect]] = {
    "reproduced": lambda defect, by, at: transitions.reproduce(defect, by=by, at=at),
    "not-reproduced": lambda defect, by, at: transitions.not_reproduced(defect, by=by, at=at),
    "reopen": lambda defect, by, at: transitions.reopen(defect, by=by, at=at),
}


def after_verdict(request: StaffRequest, defect: Defect) -> HttpResponse:
    """Say how many requests hear of the verdict, and show the defect."""
    waiting = RefundRequest.objects.filter(defect=defect, state__in=UNDECIDED).count()
    words = ngettext(
        "Recorded. {n} request hears of it.", "Recorded. {n} requests hear of it.", waiting
    ).format(n=waiting)
    messages.success(request, words)
    return see_other(reverse("desk:defect", args=[defect.pk]))


def _find(pk: int) -> Defect:
    return get_object_or_404(Defect.objects.select_related("product", "reported_by"), pk=pk)


def _page(
    request: StaffRequest, defect: Defect, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    linked = requests_seen_by(request.user).filter(defect=defect)
    page = newest_page(linked, request.GET.get("before", ""))
    history = Event.objects.filter(subject_kind="defect", subject_id=defect.pk).order_by("-id")[:SHOWN]
    context = {
        "defect": defect,
        "standing": defect_words.state_words(defect.state),
        "mark": defect_words.mark(defect.state),
        "page": page,
        "linked": [(row, state_standing(row.state)) for row in page.rows],
        "history": events_with_names(history),
        "form": form,
        "fixed_form": FixedForm(),
        "fix_trial": trial_of(defect),
        "try_until": promises.try_until(timezone.now()),
        "former_steps": defect.former_steps.order_by("-id")[:SHOWN],
        "may": _moves(defect, request.user),
        "may_describe": _may_report(request.user),
    }
    return render(request, "desk/defect.html", context, status=status)


def _moves(defect: Defect, user: User) -> dict[str, bool]:
    """Which verdicts can be given now."""
    if not user.may(Right.GIVE_VERDICT):
        return {}
    state = State(defect.state)
    answered = state in (State.FIXED, State.CANNOT_BE_FIXED)
    return {
        "reproduced": State.REPRODUCED in MOVES[state] and not answered,
        "not_reproduced": State.NOT_REPRODUCED in MOVES[state],
        "fixed": State.FIXED in MOVES[state],
        "cannot_be_fixed": State.CANNOT_BE_FIXED in MOVES[state],
        "reopen": answered,
    }
