"""Effects: what refunds change at the shop, those first that need a person, and what can be done with one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.effect_words import effect_row
from makegood.desk.moving_effects import BY_NAME, Step, may_do, steps_for
from makegood.desk.pages import newest_page
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.effects.lists import shown, waiting_for_a_person
from makegood.effects.models import Effect

SHOWN = 25

sees = needs(Right.DECIDE, Right.SEE_MONEY)


@sees
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """What waits for a person, and all effects, the newest first; `?before=` a key."""
    before = request.GET.get("before", "")
    page = newest_page(shown(), before)
    waiting = waiting_for_a_person(settings.MAKEGOOD_SHOP, at=timezone.now())
    found = [] if before else list(waiting[: SHOWN + 1])
    context = {
        "waiting": [effect_row(effect) for effect in found[:SHOWN]],
        "more_waiting": len(found) > SHOWN,
        "rows": [effect_row(effect) for effect in page.rows],
        "page": page,
    }
    return render(request, "desk/effects.html", context)


@sees
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One effect with all that is known of it."""
    return _page(request, pk)


@needs(Right.DECIDE, Right.MOVE_MONEY, Right.APPROVE)
@require_POST
def move(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """One step; `name` is one of `moving_effects.STEPS`, for those who may take it."""
    effect, step = get_object_or_404(shown(), pk=pk), BY_NAME.get(name)
    if step is None or not may_do(step, request.user):
        raise Http404
    form = step.form(request.POST, auto_id=f"{step.name}_%s")
    if not form.is_valid():
        return _page(request, pk, failed=(step, form), status=INVALID)
    at, said = timezone.now(), form.cleaned_data
    if done(form, lambda: step.call(effect, said, request.user, at)) is None:
        return _page(request, pk, failed=(step, form), status=FROM_OTHERS)
    messages.success(request, str(step.done))
    return see_other(reverse("desk:effect", args=[pk]))


def _page(
    request: StaffRequest, pk: int, *, failed: tuple[Step, Form] | None = None, status: int = 200
) -> HttpResponse:
    rows = shown().select_related("reverses", "reversed_by")
    effect = get_object_or_404(rows, pk=pk)
    events = Event.objects.filter(subject_kind="effect", subject_id=pk).order_by("-id")[:SHOWN]
    context = {
        **effect_row(effect),
        "given": getattr(effect.order, "given", None),
        "reversed_by": getattr(effect, "reversed_by", None),
        "tellings": list(effect.tellings.order_by("-id")[:SHOWN]),
        "history": events_with_names(events),
        "steps": _forms(request, effect, failed),
        "form": failed[1] if failed else None,
    }
    return render(request, "desk/effect.html", context, status=status)


def _forms(
    request: StaffRequest, effect: Effect, failed: tuple[Step, Form] | None
) -> list[tuple[Step, Form]]:
    """The steps on offer, each with its form; the one that failed stays, with what was typed."""
    offered = steps_for(effect, request.user)
    if failed and failed[0] not in offered:
        offered.insert(0, failed[0])
    return [
        (step, failed[1] if failed and failed[0] is step else step.form(auto_id=f"{step.name}_%s"))
        for step in offered
    ]
