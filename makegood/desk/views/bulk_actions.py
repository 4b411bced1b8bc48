"""The same for many requests at once: chosen, previewed, confirmed, undone while there is time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.bulk_actions import confirming, previewing
from makegood.bulk_actions.models import BulkAction
from makegood.bulk_actions.states import ItemState, State
from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.bulk_words import STATES, shown
from makegood.desk.choosing import Chosen, chosen_by
from makegood.desk.forms.bulk_actions import BulkActionForm, ConfirmForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests.defect_verdicts import FINAL
from makegood.refund_requests.models import PreparedReply

OFFERED = 100


@needs(Right.ACT_IN_BULK, Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What was done for many at once, newest first; `?before=` a key."""
    items = {
        name: Count("items", filter=Q(items__state=state))
        for name, state in (("done", ItemState.DONE), ("left_out", ItemState.LEFT_OUT))
    }
    rows = BulkAction.objects.exclude(state=State.PREVIEWED).select_related("made_by", "defect")
    page = newest_page(rows.annotate(**items), request.GET.get("before", ""))
    context = {"page": page, "rows": [(row, STATES[State(row.state)]) for row in page.rows]}
    return render(request, "desk/bulk_actions.html", context)


@needs(Right.ACT_IN_BULK)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """What to do with the requests that were chosen; a POST keeps it as a preview, and does nothing yet."""
    at, is_sent = timezone.now(), request.method == "POST"
    chosen = chosen_by(request.POST if is_sent else request.GET, request.user, at=at)
    form = BulkActionForm(request.POST if is_sent else None, replies=_replies(), defects=_defects())
    if not is_sent:
        return _page_of_choice(request, chosen, form, status=200 if chosen.keys else INVALID)
    if not form.is_valid():
        return _page_of_choice(request, chosen, form, status=INVALID)
    made = done(form, lambda: previewing.preview(chosen.keys, form.work, by=request.user, at=at))
    if made is None:
        return _page_of_choice(request, chosen, form, status=INVALID)
    return see_other(reverse("desk:bulk_action", args=[made.pk]))


@needs(Right.ACT_IN_BULK, Right.SEE_EVENTS)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """What would happen, what waits to be done, or what was done."""
    return _page(request, _seen_by(request.user, pk))


@needs(Right.ACT_IN_BULK)
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Do what the page showed, once the time to undo it is over."""
    form = ConfirmForm(request.POST)
    return _step(
        request,
        pk,
        form,
        lambda action, at: confirming.confirm(
            action, seen=form.cleaned_data.get("seen", ""), by=request.user, at=at
        ),
    )


@needs(Right.ACT_IN_BULK)
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was not done yet."""
    form = NothingToFillIn(request.POST)
    return _step(request, pk, form, lambda action, at: confirming.undo(action, by=request.user, at=at))


def _step(
    request: StaffRequest, pk: int, form: forms.Form, act: Callable[[BulkAction, datetime], BulkAction]
) -> HttpResponse:
    action, at = _seen_by(request.user, pk), timezone.now()
    form.full_clean()
    if done(form, lambda: act(action, at)) is None:
        return _page(request, _seen_by(request.user, pk), form=form, status=FROM_OTHERS)
    return see_other(reverse("desk:bulk_action", args=[pk]))


def _seen_by(user: User, pk: int) -> BulkAction:
    """A preview is its maker's alone. Raises Http404."""
    rows: QuerySet[BulkAction] = BulkAction.objects.select_related("made_by", "defect")
    return get_object_or_404(rows.filter(~Q(state=State.PREVIEWED) | Q(made_by=user)), pk=pk)


def _page(
    request: StaffRequest, action: BulkAction, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    items = list(action.items.select_related("refund_request__member").order_by("id"))
    context = {
        "bulk": shown(action, items, at=timezone.now()),
        "form": form,
        "seen": previewing.digest_of(action, items) if action.state == State.PREVIEWED else "",
        "may_act": request.user.may(Right.ACT_IN_BULK),
    }
    return render(request, "desk/bulk_action.html", context, status=status)


def _page_of_choice(
    request: StaffRequest, chosen: Chosen, form: BulkActionForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "chosen": chosen,
        "form": form,
        "problems": [] if chosen.keys or form.errors else [str(previewing.NothingChosen())],
    }
    return render(request, "desk/new_bulk_action.html", context, status=status)


def _replies() -> list[PreparedReply]:
    rows = PreparedReply.objects.filter(is_offered=True).select_related("product")
    return list(rows.order_by("title", "id")[:OFFERED])


def _defects() -> list[Defect]:
    """The newest that requests can wait for, or whose fix can be tried."""
    rows = Defect.objects.exclude(state__in=FINAL - {DefectState.FIXED})
    return list(rows.order_by("-id")[:OFFERED])
