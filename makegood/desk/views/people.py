"""Who works at the desk: the list, one person with their history, and what an owner changes."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts import managing
from makegood.accounts.models import RoleChange, User
from makegood.accounts.roles import ROLE_NAMES, Right, Role
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, confirmed, needs, see_other
from makegood.desk.event_words import told
from makegood.desk.forms.people import LimitsForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.people import (
    as_held,
    people_of_the_desk,
    people_seen_by,
    person_of,
    waiting_changes,
)
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID

EVENTS_SHOWN = 50


@needs(Right.MANAGE_PEOPLE, Right.SEE_EVENTS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Everybody who works here or did, and what waits for a second owner."""
    return _index(request)


@needs(Right.MANAGE_PEOPLE, Right.SEE_EVENTS)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: what they may do, and all that was changed of it."""
    return page(request, pk)


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def role(request: StaffRequest, pk: int, role: str) -> HttpResponse:
    """Give a role, or set the limits of one that they hold."""
    person, wanted = _person(request.user, pk), _role(role)
    held = person.staff_roles.filter(role=wanted).first()
    form = LimitsForm(request.POST if request.method == "POST" else None, role=wanted, held=held)
    context = {"colleague": person, "form": form, "held": as_held(wanted, held) if held else None}
    context |= {"label": ROLE_NAMES[wanted], "has_limits": bool(form.fields)}
    if not form.is_valid():
        return render(request, "desk/role.html", context, status=INVALID if form.is_bound else 200)
    given = done(
        form,
        lambda: managing.give(person, wanted, **form.said, by=request.user, at=timezone.now()),
    )
    if given is None:
        return render(request, "desk/role.html", context, status=FROM_OTHERS)
    messages.success(request, words_of(given))
    return see_other(reverse("desk:person", args=[pk]))


def words_of(given: object) -> str:
    """What came of giving a role."""
    if isinstance(given, RoleChange):
        return _("Another owner has to agree; until then nothing changes.")
    return _("Saved; it holds from now on.")


@needs(Right.MANAGE_PEOPLE)
@require_POST
@confirmed
def take(request: StaffRequest, pk: int, role: str) -> HttpResponse:
    """Take a role away."""
    person, taken, form = _person(request.user, pk), _role(role), NothingToFillIn(request.POST)
    if done(form, lambda: managing.take(person, taken, by=request.user, at=timezone.now())) is None:
        return page(request, pk, failed=form)
    messages.success(request, _("{role}: taken from {name}.").format(role=ROLE_NAMES[taken], name=person))
    return see_other(reverse("desk:person", args=[pk]))


@needs(Right.MANAGE_PEOPLE)
@require_POST
@confirmed
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the account of somebody who works here, or did."""
    person, form = _person(request.user, pk), NothingToFillIn(request.POST)
    at = timezone.now()
    if done(form, lambda: managing.close(person, by=request.user, at=at)) is None:
        return page(request, pk, failed=form)
    messages.success(
        request,
        _("The account of {name} is closed: they are signed out everywhere.").format(name=person),
    )
    return see_other(reverse("desk:person", args=[pk]))


@needs(Right.MANAGE_PEOPLE)
@require_POST
@confirmed
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    person, form = _person(request.user, pk), NothingToFillIn(request.POST)
    at = timezone.now()
    if done(form, lambda: managing.reopen(person, by=request.user, at=at)) is None:
        return page(request, pk, failed=form)
    messages.success(request, _("The account of {name} is open again.").format(name=person))
    return see_other(reverse("desk:person", args=[pk]))


@needs(Right.MANAGE_PEOPLE)
@require_POST
@confirmed
def answer(request: StaffRequest, pk: int, answer: str) -> HttpResponse:
    """As the second owner: `agree`, or `turn-down`."""
    change = get_object_or_404(RoleChange.objects.select_related("person"), pk=pk)
    verb = {"agree": managing.agree, "turn-down": managing.turn_down}.get(answer)
    if verb is None:
        raise Http404
    form = NothingToFillIn(request.POST)
    if done(form, lambda: verb(change, by=request.user, at=timezone.now())) is None:
        return _index(request, failed=form)
    messages.success(request, _("Saved; it holds from now on.") if answer == "agree" else _("Turned down."))
    return see_other(reverse("desk:person", args=[change.person_id]))


def page(request: StaffRequest, pk: int, *, failed: forms.Form | None = None) -> HttpResponse:
    """The page of a person; `failed`: the form that the domain refused. Raises Http404."""
    person = person_of(people_seen_by(request.user), pk)
    if person is None:
        raise Http404
    events = Event.objects.filter(subject_kind="user", subject_id=pk).order_by("-id")[:EVENTS_SHOWN]
    context = {
        "colleague": person,
        "waiting": waiting_changes(person.user),
        "history": told(events_with_names(events)),
        "may_change": request.user.may(Right.MANAGE_PEOPLE) and request.user.pk != pk,
        "may_see_events": request.user.may(Right.SEE_EVENTS),
        "is_me": request.user.pk == pk,
        "may_answer": request.user.may(Right.MANAGE_PEOPLE),
        "form": failed,
    }
    return render(request, "desk/person.html", context, status=FROM_OTHERS if failed else 200)


def _index(request: StaffRequest, *, failed: forms.Form | None = None) -> HttpResponse:
    context = {
        "people": people_of_the_desk(),
        "waiting": waiting_changes(),
        "may_manage": request.user.may(Right.MANAGE_PEOPLE),
        "may_answer": request.user.may(Right.MANAGE_PEOPLE),
        "form": failed,
    }
    return render(request, "desk/people.html", context, status=FROM_OTHERS if failed else 200)


def _person(user: User, pk: int) -> User:
    return get_object_or_404(people_seen_by(user), pk=pk)


def _role(name: str) -> Role:
    if name not in set(Role):
        raise Http404
    return Role(name)
