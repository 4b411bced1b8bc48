"""The back office: one page that leads to every room of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs
from makegood.desk.context import OF_THE_OFFICE


@dataclass(frozen=True)
class Room:
    """One page of the back office, with what is done there and who may open it."""

    page: str
    label: Promise
    what: Promise
    rights: frozenset[Right]


ROOMS = (
    Room(
        "products",
        _("Products"),
        _("What is sold: software with its releases, services with the terms of their free trials."),
        frozenset({Right.MANAGE_PRODUCTS, Right.SEE_EVENTS}),
    ),
    Room(
        "trials",
        _("Free trials"),
        _("Who tries which service, until when, and how much of it; one can be extended or ended."),
        frozenset({Right.MANAGE_PRODUCTS, Right.SEE_EVENTS}),
    ),
    Room(
        "statutes",
        _("Statutes"),
        _("The law above the policy: which texts are on for customers of which countries."),
        frozenset({Right.SEE_DESK}),
    ),
    Room(
        "calendars",
        _("Calendars"),
        _("When your desk works, and by when customers hear from it."),
        frozenset({Right.SET_CALENDARS, Right.SEE_EVENTS}),
    ),
    Room(
        "people",
        _("People"),
        _("Who works at the desk, in which role, and up to which amounts."),
        frozenset({Right.MANAGE_PEOPLE, Right.SEE_EVENTS}),
    ),
    Room(
        "replies",
        _("Prepared replies"),
        _("What the desk writes again and again."),
        frozenset({Right.PREPARE_REPLIES, Right.SEE_EVENTS}),
    ),
    Room(
        "providers",
        _("Payment providers"),
        _("Through whom refunds are paid, what each promises, and how its refunds stand."),
        frozenset({Right.SEE_MONEY}),
    ),
    Room(
        "books",
        _("Books"),
        _("How our ledger and the reports of providers agree, credit notes, and tables for accounting."),
        frozenset({Right.SEE_MONEY}),
    ),
    Room(
        "settings",
        _("Settings"),
        _("What this installation runs with, and what changed from one start to the next."),
        frozenset({Right.SEE_SETTINGS}),
    ),
    Room(
        "events",
        _("Events"),
        _("Everything that happened, by whom and when; only ever added to."),
        frozenset({Right.SEE_EVENTS}),
    ),
)


@needs(*OF_THE_OFFICE)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """The rooms that this person may open."""
    rooms = [room for room in ROOMS if any(request.user.may(right) for right in room.rights)]
    return render(request, "desk/office.html", {"rooms": rooms})
