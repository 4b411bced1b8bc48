"""Who works the queue: who is away, who gets which products first, and how often each puts back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.team import ProductsForm
from makegood.desk.team import COUNTED, Colleague, colleagues, team_seen_by
from makegood.orders.models import Product
from makegood.queue import workers

INVALID = 422


@needs(Right.EXAMINE, Right.PLAN_WORK)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """A lead sees everybody who examines requests, others see themselves."""
    return _page(request)


@needs(Right.EXAMINE, Right.PLAN_WORK)
@require_POST
def away(request: StaffRequest, pk: int) -> HttpResponse:
    """Give this person nothing, and everybody else what they examine."""
    person = _person(request.user, pk)
    returned = workers.go_away(person, by=request.user, at=timezone.now())
    words = ngettext(
        "{name} is away; {n} request went back to its place in the queue.",
        "{name} is away; {n} requests went back to their places in the queue.",
        len(returned),
    )
    messages.success(request, words.format(name=person, n=len(returned)))
    return see_other(reverse("desk:team"))


@needs(Right.EXAMINE, Right.PLAN_WORK)
@require_POST
def back(request: StaffRequest, pk: int) -> HttpResponse:
    """Give this person requests again."""
    person = _person(request.user, pk)
    workers.come_back(person, by=request.user, at=timezone.now())
    messages.success(request, _("{name} gets requests again.").format(name=person))
    return see_other(reverse("desk:team"))


@needs(Right.PLAN_WORK)
@require_POST
def products(request: StaffRequest, pk: int) -> HttpResponse:
    """Which products this person gets first."""
    person = _person(request.user, pk)
    form = ProductsForm(request.POST, choices=list(Product.objects.order_by("name")), person=person.pk)
    if not form.is_valid():
        return _page(request, failed={person.pk: form}, status=INVALID)
    workers.choose_products(person, form.chosen(), by=request.user, at=timezone.now())
    messages.success(request, _("Saved for {name}.").format(name=person))
    return see_other(reverse("desk:team"))


def _person(user: User, pk: int) -> User:
    return get_object_or_404(team_seen_by(user), pk=pk)


def _page(
    request: StaffRequest, *, failed: Mapping[int, ProductsForm] | None = None, status: int = 200
) -> HttpResponse:
    failed, plans = failed or {}, request.user.may(Right.PLAN_WORK)
    choices = list(Product.objects.order_by("name")) if plans else []
    rows = [
        (row, _form(row, choices, failed) if plans else None)
        for row in colleagues(team_seen_by(request.user), since=timezone.now() - COUNTED)
    ]
    context = {"rows": rows, "plans": plans, "form": next(iter(failed.values()), None)}
    return render(request, "desk/team.html", context, status=status)


def _form(row: Colleague, choices: Sequence[Product], failed: Mapping[int, ProductsForm]) -> ProductsForm:
    fresh = ProductsForm(choices=choices, person=row.person.pk, known=row.products)
    return failed.get(row.person.pk, fresh)
