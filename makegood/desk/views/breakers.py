"""The breaker of a provider: why nothing more is sent there, and a person who closes it."""

from __future__ import annotations

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
from makegood.desk.forms.writing import ReasonForm
from makegood.desk.money_words import money_row
from makegood.desk.pages import newest_page
from makegood.desk.provider_words import name_in_words
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refunds import breaker as breakers
from makegood.refunds.models import Breaker, BreakerState, Refund
from makegood.refunds.states import State

SHOWN = 25


@needs(Right.SEE_MONEY)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One breaker, and the refunds that wait to be sent."""
    return _page(request, pk)


@needs(Right.CLOSE_BREAKER)
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """A person has looked at it and has refunds sent again."""
    breaker, form = get_object_or_404(Breaker, pk=pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form=form, status=INVALID)
    reason, at = form.cleaned_data["reason"], timezone.now()
    if not done(form, lambda: breakers.close(breaker, reason=reason, by=request.user, at=at)):
        return _page(request, pk, form=form, status=FROM_OTHERS)
    messages.success(request, _("Closed: what waits is sent now."))
    return see_other(reverse("desk:breaker", args=[pk]))


def _page(
    request: StaffRequest, pk: int, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    breaker = get_object_or_404(Breaker, pk=pk)
    waiting = Refund.objects.filter(provider=breaker.provider, state=State.APPROVED)
    events = Event.objects.filter(subject_kind="breaker", subject_id=pk).order_by("-id")[:SHOWN]
    is_open = breaker.state == BreakerState.OPEN
    context = {
        "breaker": breaker,
        "provider": name_in_words(breaker.provider),
        "is_open": is_open,
        "rows": [money_row(each) for each in newest_page(waiting.select_related("payment__order"), "").rows],
        "history": events_with_names(events),
        "form": form or (ReasonForm() if is_open and request.user.may(Right.CLOSE_BREAKER) else None),
    }
    return render(request, "desk/breaker.html", context, status=status)
