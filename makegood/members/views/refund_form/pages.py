"""Showing a page of the form, and leaving it: what all steps have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from makegood.members.access import MemberRequest, see_other
from makegood.members.answers import clauses_against
from makegood.members.disputing import records_against
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.orders.models import ProductKind
from makegood.refund_requests.assessing import answer_case
from makegood.refund_requests.evidence.checking import FilesNotReady, finish
from makegood.refund_requests.evidence.keeping import keep_for_draft
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.facts import Case

ANSWER = "partials/answer.html"
CHOICES = "#choices"


def show(
    request: MemberRequest,
    filling: Filling,
    step: Step,
    form: forms.Form | None = None,
    *,
    problems: Sequence[Mapping[str, str]] = (),
    **more: object,
) -> HttpResponse:
    """The page of `step`; with status 422 when `form` has errors or there are `problems`."""
    is_wrong = bool(problems) or (form is not None and form.is_bound and not form.is_valid())
    before = filling.before(step)
    context = {
        "filling": filling,
        "form": form,
        "problems": problems,
        "steps": filling.steps_shown(step),
        "answer": filling.answer,
        "refusal": instead(filling, step) if filling.cannot_succeed else None,
        "back_url": filling.url(before) if before else reverse("members:refunds"),
        "from_check": request.GET.get("from") == Step.CHECK,
        **more,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, f"members/form/{step.value}.html", context, status=status)


def is_live(request: MemberRequest) -> bool:
    """Whether the person goes on filling in and only the answer is to be shown anew."""
    return bool(request.htmx) and request.POST.get("save") == "1"


def show_answer(request: MemberRequest, filling: Filling) -> HttpResponse:
    """The policy's answer alone."""
    return render(request, ANSWER, {"answer": filling.answer})


def go_on(
    request: MemberRequest, filling: Filling, step: Step, form: forms.Form, **more: object
) -> HttpResponse:
    """To the next page, or back to the last one when a single answer was changed there.

    When the policy refuses by what is known now, the same page says so instead.
    """
    if filling.cannot_succeed:
        return show(request, filling, step, form, problems=refused(filling), **more)
    if request.GET.get("from") == Step.CHECK and filling.is_reachable(Step.CHECK):
        return see_other(filling.url(Step.CHECK))
    return see_other(filling.url(filling.after(step)))


def finish_files(request: MemberRequest, filling: Filling, form: forms.Form, field: str) -> Filling:
    """Check the files on their way before the member goes on; say of each that is not there why not."""
    try:
        finish(filling.draft, by=request.user, at=filling.at)
    except FilesNotReady as why:
        form.add_error(field, list(why.sentences))
    return fill(filling.draft, at=filling.at)


def keep_files(request: MemberRequest, filling: Filling, form: forms.Form, field: str) -> Filling:
    """Keep each file of `field` that can be kept; say of each other one why not."""
    uploads = form.cleaned_data.get(field, [])
    for upload in uploads:
        try:
            keep_for_draft(upload, draft=filling.draft, by=request.user, at=filling.at)
        except FileRefused as refusal:
            form.add_error(field, str(refusal))
    return fill(filling.draft, at=filling.at) if uploads else filling


def refused(filling: Filling) -> list[Mapping[str, str]]:
    """The error summary of a request that the policy refuses."""
    return [{"text": filling.answer.text, "url": "#refusal"}]


def instead(filling: Filling, step: Step) -> Mapping[str, object]:
    """What speaks against the request, and what can be done instead."""
    return {
        "text": filling.answer.text,
        "clauses": clauses_against(filling.answers),
        "records": filling.records if step is not Step.FACTS else (),
        "facts_url": filling.url(Step.FACTS),
        "one_at_a_time": len(filling.answers) > 1 and any(records_against(live) for live in filling.answers),
        "reason_url": CHOICES if step is Step.REASON else filling.url(Step.REASON),
        "order_url": CHOICES if step is Step.ORDER else filling.url(Step.ORDER) if filling.ground else "",
        "other_grounds": _other_grounds(filling),
        "is_software": any(order.product.kind == ProductKind.SOFTWARE for order in filling.orders),
    }


def _other_grounds(filling: Filling) -> list[str]:
    """The labels of the grounds on which the same order is not refused from the start."""
    if len(filling.orders) != 1:
        return []
    live = filling.answers[0]
    uses = live.facts.get("uses_since")
    return [
        ground.label
        for ground in filling.policy.grounds
        if ground.value != filling.draft.ground
        and not answer_case(
            Case(
                ground=ground.value,
                received_at=filling.at,
                order=live.order,
                uses=uses if isinstance(uses, int) else None,
            ),
            versions=[live.version],
        ).cannot_succeed
    ]
