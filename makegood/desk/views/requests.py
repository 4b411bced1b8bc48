"""Every request, newest first, or those that words and filters find; and the views saved of them."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.bulk_actions.previewing import MOST
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.searching import SearchForm, ViewForm
from makegood.desk.refusals import done
from makegood.desk.searching import Listed, choices, query_of, requests_found
from makegood.search.saving import save_view, views_of

INVALID = 422


@needs(Right.SEE_DESK)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """The fields of `SearchForm`, and `?before=` the key after which the page begins."""
    return _page(request, request.GET)


@needs(Right.SEE_DESK)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep what is looked for now under a name of one's own."""
    form = ViewForm(request.POST)
    typed = QueryDict(request.POST.get("query", ""))
    if form.is_valid():
        query = query_of(SearchForm(typed, choices={}))
        name = form.cleaned_data["name"]
        if done(form, lambda: save_view(name=name, query=query, by=request.user, at=timezone.now())):
            return see_other(f"{reverse('desk:requests')}?{query}")
    return _page(request, typed, saving=form)


@needs(Right.SEE_DESK)
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views; what it finds stays on the page."""
    view = get_object_or_404(views_of(request.user), pk=pk)
    view.delete()
    return see_other(f"{reverse('desk:requests')}?{view.query}")


def _page(request: StaffRequest, typed: QueryDict, *, saving: ViewForm | None = None) -> HttpResponse:
    form = SearchForm(typed, choices=choices())
    found = Listed([], "")
    if form.is_valid():
        found = requests_found(form, request.user, after=typed.get("before", ""), at=timezone.now())
    query = query_of(form)
    views = list(views_of(request.user))
    context = {
        "form": saving or form,
        "filter": form,
        "more": [form[name] for name in form.fields if name not in ("find", "state")],
        "found": found,
        "query": query,
        "views": views,
        "saved": next((view for view in views if view.query == query), None),
        "may_choose_many": request.user.may(Right.ACT_IN_BULK),
        "most": MOST,
        "saving": saving or ViewForm(initial={"query": query}),
    }
    is_wrong = saving is not None or bool(form.errors)
    return render(request, "desk/requests.html", context, status=INVALID if is_wrong else 200)
