"""What happened: the questions of the policy, and pictures; whatever is valid is kept."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from makegood.members.access import MemberRequest, is_from_script, members_only, see_other, typed_before
from makegood.members.evidence import pictures_of, uploads_url
from makegood.members.forms.questions import QuestionsForm
from makegood.members.views.refund_form import disputing
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.members.views.refund_form.finding import SentAlready, changing_form_of
from makegood.members.views.refund_form.pages import (
    finish_files,
    go_on,
    is_live,
    keep_files,
    refused,
    show,
    show_answer,
)
from makegood.refund_requests import drafting
from makegood.refund_requests.models import Draft

PICTURES = "#pictures"
NO_CONTENT, UNPROCESSABLE = HTTPStatus.NO_CONTENT, HTTPStatus.UNPROCESSABLE_ENTITY


def page_of(token: UUID, **_others: object) -> str:
    """The address of this page in the form with `token`."""
    return reverse("members:form_step", args=[token, Step.WHAT_HAPPENED])


def what_happened(request: MemberRequest, filling: Filling) -> HttpResponse:
    """The questions. Continue takes the answers and the files in one."""
    if request.method != "POST":
        return _show(request, filling, _form(filling, typed_before(request)))
    form = _form(filling, request.POST, request)
    filling = _save(filling, form)
    if is_live(request):
        names = [question.name for question in filling.asked]
        return trigger_client_event(show_answer(request, filling), "asked", {"names": names})
    if is_from_script(request):
        return HttpResponse(status=NO_CONTENT if form.is_well_formed else UNPROCESSABLE)
    if form.files_field:
        filling = finish_files(request, filling, form, form.files_field)
    filling = _keep_files(request, filling, form)
    form.keep_errors_of(*(question.name for question in filling.asked))
    if form.files_field in filling.missing and form.files_field not in form.errors:
        form.add_error(form.files_field, _("Please add at least one picture."))
    if not form.is_valid() or filling.cannot_succeed:
        return _show(request, filling, form)
    return go_on(request, filling, Step.WHAT_HAPPENED, form)


@members_only("POST", back=page_of)
def add_pictures(request: MemberRequest, token: UUID) -> HttpResponse:
    """Keep the files chosen, and what was typed, and stay on the page."""
    try:
        with changing_form_of(request.user, token) as draft:
            filling = fill(draft, at=timezone.now())
            form = _form(filling, request.POST, request)
            filling = _keep_files(request, _save(filling, form), form)
    except SentAlready as sent:
        return see_other(sent.url)
    form.keep_errors_of(form.files_field)
    if form.errors:
        return _show(request, filling, form)
    return see_other(filling.url(Step.WHAT_HAPPENED) + PICTURES)


@members_only("POST", back=page_of)
def remove_picture(request: MemberRequest, token: UUID, evidence: int) -> HttpResponse:
    """Take one picture out; what was typed is kept."""
    return _change(request, token, lambda draft: drafting.remove_evidence(draft, evidence_id=evidence))


@members_only("POST", back=page_of)
def move_picture(request: MemberRequest, token: UUID, evidence: int) -> HttpResponse:
    """Let one picture change places with the next (`forward=1`) or the one before; what was typed is kept."""
    forward = request.POST.get("forward") == "1"
    return _change(
        request, token, lambda draft: drafting.move_evidence(draft, evidence_id=evidence, forward=forward)
    )


def _change(request: MemberRequest, token: UUID, change: Callable[[Draft], None]) -> HttpResponse:
    """Change the pictures, and go back to the step that showed them."""
    page = Step.FACTS if request.GET.get("page") == Step.FACTS else Step.WHAT_HAPPENED
    try:
        with changing_form_of(request.user, token) as draft:
            filling = fill(draft, at=timezone.now())
            if page is Step.FACTS:
                disputing.save_typed(request, filling)
            else:
                _save(filling, _form(filling, request.POST, request))
            change(draft)
    except SentAlready as sent:
        return see_other(sent.url)
    return see_other(filling.url(page) + PICTURES)


def _form(filling: Filling, typed: QueryDict | None, request: MemberRequest | None = None) -> QuestionsForm:
    return QuestionsForm(
        typed,
        request.FILES if request else None,
        questions=filling.questions,
        answers=filling.draft.answers,
        currency=filling.orders[0].currency if filling.orders else "",
    )


def _save(filling: Filling, form: QuestionsForm) -> Filling:
    draft = drafting.tell(filling.draft, answers=form.told, at=filling.at)
    return fill(draft, at=filling.at)


def _keep_files(request: MemberRequest, filling: Filling, form: QuestionsForm) -> Filling:
    return keep_files(request, filling, form, form.files_field) if form.files_field else filling


def _show(request: MemberRequest, filling: Filling, form: QuestionsForm) -> HttpResponse:
    problems = refused(filling) if form.is_bound and form.is_valid() and filling.cannot_succeed else ()
    return show(
        request,
        filling,
        Step.WHAT_HAPPENED,
        form,
        problems=problems,
        asked={question.name for question in filling.asked},
        add_url=reverse("members:add_pictures", args=[filling.draft.token]),
        uploads_url=uploads_url(filling.draft),
        **pictures_of(filling.draft, member=request.user),
    )
