"""The steps of the form, each a page: show it, or take what was told and go on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other, typed_before
from makegood.members.forms.grounds import GroundForm
from makegood.members.views.refund_form import checking, disputing, ordering, questioning
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.members.views.refund_form.finding import SentAlready, changing_form_of
from makegood.members.views.refund_form.pages import go_on, is_live, show, show_answer
from makegood.refund_requests import drafting


@members_only("GET", "POST")
def form_step(request: MemberRequest, token: UUID, step: str) -> HttpResponse:
    """One page of the form. A page that is not reached yet leads to the one where to go on."""
    if step not in set(Step):
        raise Http404
    try:
        with changing_form_of(request.user, token) as draft:
            return _page(request, fill(draft, at=timezone.now()), Step(step))
    except SentAlready as sent:
        messages.info(request, _("You have sent this form already; this is your request."))
        return see_other(sent.url)


def _page(request: MemberRequest, filling: Filling, step: Step) -> HttpResponse:
    if not filling.is_reachable(step):
        if step in filling.steps:
            messages.info(request, _first(filling))
        return see_other(filling.url(filling.first_undone))
    return PAGES[step](request, filling)


def _first(filling: Filling) -> str:
    """Why a page cannot be shown yet: what it depends on."""
    if filling.first_undone is Step.REASON and filling.draft.ground:
        return _("The policy for this order has other reasons. Please choose yours again.")
    return {
        Step.REASON: _("Please choose first why you ask: the questions depend on it."),
        Step.ORDER: _("Please choose first which order it is about: what follows depends on it."),
        Step.WHICH: _("Please choose first which of the two we shall refund."),
    }.get(filling.first_undone, _("This page of the form is not needed any more."))


def reason(request: MemberRequest, filling: Filling) -> HttpResponse:
    """Why the member asks."""
    grounds = filling.policy.grounds
    if request.method != "POST":
        form = GroundForm(typed_before(request), grounds=grounds, initial={"ground": filling.draft.ground})
        return show(request, filling, Step.REASON, form)
    form = GroundForm(request.POST, grounds=grounds)
    if not form.is_valid():
        return show(request, filling, Step.REASON, form)
    draft = drafting.choose_ground(filling.draft, ground=form.cleaned_data["ground"], at=filling.at)
    filling = fill(draft, at=filling.at)
    return show_answer(request, filling) if is_live(request) else go_on(request, filling, Step.REASON, form)


PAGES: dict[Step, Callable[[MemberRequest, Filling], HttpResponse]] = {
    Step.REASON: reason,
    Step.ORDER: ordering.order,
    Step.WHICH: ordering.which,
    Step.FACTS: disputing.facts,
    Step.WHAT_HAPPENED: questioning.what_happened,
    Step.CHECK: checking.check,
}
