"""One of our records is wrong, the member says: what is right, how they know, and pictures that show it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, is_from_script, see_other, typed_before
from makegood.members.evidence import pictures_of, uploads_url
from makegood.members.forms.facts import PICTURES, FactsForm
from makegood.members.views.refund_form.filling import Filling, Step, fill
from makegood.members.views.refund_form.pages import (
    finish_files,
    is_live,
    keep_files,
    refused,
    show,
    show_answer,
)
from makegood.refund_requests import drafting


def facts(request: MemberRequest, filling: Filling) -> HttpResponse:
    """The records that speak against the refund. What is typed is kept even while it is not complete."""
    if request.method != "POST":
        return _show(request, filling, _form(filling, typed_before(request)))
    form = _form(filling, request.POST, request)
    form.is_valid()
    filling = _save(filling, form)
    if is_live(request):
        return show_answer(request, filling)
    if is_from_script(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if "add" not in request.POST:
        filling = finish_files(request, filling, form, PICTURES)
    filling = keep_files(request, filling, form, PICTURES)
    if "add" in request.POST and PICTURES not in form.errors:
        return see_other(f"{filling.url(Step.FACTS)}#{PICTURES}")
    if "facts" in filling.missing and PICTURES not in form.errors:
        form.add_error(PICTURES, _("Please add a picture that shows it."))
    if not form.is_valid() or filling.cannot_succeed:
        return _show(request, filling, form)
    from_check = request.GET.get("from") == Step.CHECK and filling.is_reachable(Step.CHECK)
    return see_other(filling.url(Step.CHECK if from_check else filling.first_undone))


def _form(filling: Filling, typed: QueryDict | None, request: MemberRequest | None = None) -> FactsForm:
    return FactsForm(
        typed,
        request.FILES if request else None,
        records=filling.records,
        said=filling.draft.disputed,
        policy=filling.policy,
        versions=filling.versions,
        currency=filling.orders[0].currency,
    )


def _save(filling: Filling, form: FactsForm) -> Filling:
    number = filling.orders[0].number
    return fill(drafting.dispute(filling.draft, said=form.said, of=number, at=filling.at), at=filling.at)


def save_typed(request: MemberRequest, filling: Filling) -> None:
    """Keep what was typed when one of the pictures was moved or taken out."""
    form = _form(filling, request.POST)
    form.is_valid()
    _save(filling, form)


def _show(request: MemberRequest, filling: Filling, form: FactsForm) -> HttpResponse:
    problems = refused(filling) if form.is_bound and form.is_valid() and filling.cannot_succeed else ()
    return show(
        request,
        filling,
        Step.FACTS,
        form,
        problems=problems,
        **({} if form.is_bound or filling.disputed else {"refusal": None}),  # this page is what can be done
        uploads_url=uploads_url(filling.draft),
        **pictures_of(filling.draft, member=request.user, page=Step.FACTS),
    )
