"""Who works the queue: who is away, who gets which products first, and how often each puts back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.team import ProductsForm
from makegood.desk.team import COUNTED, colleagues, team_seen_by
from makegood.orders.models import Product
from makegood.queue import workers

OK, INVALID = 200, 422


@needs(Right.EXAMINE, Right.PLAN_WORK, Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """A lead and an auditor see everybody who examines requests, others see themselves."""
    context = {
        "rows": colleagues(team_seen_by(request.user), since=timezone.now() - COUNTED),
        "plans": request.user.may(Right.PLAN_WORK),
        "examines": request.user.may(Right.EXAMINE),
        "sees_all": request.user.may(Right.PLAN_WORK) or request.user.may(Right.SEE_EVENTS),
        "marks": request.user.may(Right.PLAN_WORK) or request.user.may(Right.EXAMINE),
    }
    return render(request, "desk/team.html", context)


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
@require_http_methods(["GET", "HEAD", "POST"])
def products(request: StaffRequest, pk: int) -> HttpResponse:
    """Which products this person gets first."""
    person = _person(request.user, pk)
    choices = list(Product.objects.order_by("name"))
    known = workers.products_of(person)
    form = ProductsForm(request.POST if request.method == "POST" else None, choices=choices, known=known)
    if not form.is_valid():
        context = {"person": person, "form": form}
        status = INVALID if form.is_bound else OK
        return render(request, "desk/worker_products.html", context, status=status)
    workers.choose_products(person, form.chosen(), by=request.user, at=timezone.now())
    messages.success(request, _("Saved for {name}.").format(name=person))
    return see_other(reverse("desk:team"))


def _person(user: User, pk: int) -> User:
    """Whom `user` may mark and plan for: who only reads plans for nobody else."""
    people = team_seen_by(user)
    return get_object_or_404(people if user.may(Right.PLAN_WORK) else people.filter(pk=user.pk), pk=pk)
