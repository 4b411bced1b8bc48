"""Where a member begins: orders, requests, trials; and a welcome for those who have not signed in."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.accounts.models import User
from makegood.members.access import MemberRequest, members_only
from makegood.members.my_orders import as_mine, orders_of
from makegood.members.orders_shown import orders_before
from makegood.members.ticket.standing import SHORT, TAGS
from makegood.orders.trials import trials_of
from makegood.refund_requests import policies
from makegood.refund_requests.models import Draft, RefundRequest
from makegood.refund_requests.queries import requests_of_member
from makegood.refund_requests.states import State

ORDERS_A_PAGE = 20
REQUESTS_SHOWN = 5
REQUESTS_A_PAGE = 20
DRAFTS_SHOWN = 10


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The member's own page, the desk for staff who bought nothing, or the welcome."""
    if not request.user.is_authenticated:
        return welcome(request)
    if request.user.is_staff and not request.user.orders.exists():
        return redirect("desk:board")
    return my_home(request)


def welcome(request: HttpRequest) -> HttpResponse:
    """What this place is and what to do first."""
    return render(request, "members/welcome.html")


@members_only("GET", "HEAD")
def my_home(request: MemberRequest) -> HttpResponse:
    """My orders with until when each can be refunded, my requests, my trials."""
    member = request.user
    earlier = orders_before(orders_of(member), member, _before(request))
    orders = list(earlier[: ORDERS_A_PAGE + 1])
    return render(
        request,
        "members/home.html",
        {
            "mine": as_mine(orders[:ORDERS_A_PAGE], at=timezone.now(), versions=policies.published()),
            "older_url": f"?before={orders[ORDERS_A_PAGE - 1].number}" if len(orders) > ORDERS_A_PAGE else "",
            "newer_url": reverse("members:home") if request.GET.get("before") else "",
            "requests": shown_requests(requests_of_member(member)[:REQUESTS_SHOWN]),
            "drafts": _drafts(member, 3),
            "trials": trials_of(member)[:3],
            "is_staff": member.is_staff,
            "now": timezone.now(),
        },
    )


@members_only("GET", "HEAD")
def refunds(request: MemberRequest) -> HttpResponse:
    """My requests, and the forms that I have not sent yet."""
    member = request.user
    rows = requests_of_member(member)
    last = rows.filter(reference=_before(request)).first()
    if last is not None:
        rows = rows.filter(
            Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, id__lt=last.pk)
        )
    found = list(rows[: REQUESTS_A_PAGE + 1])
    has_more = len(found) > REQUESTS_A_PAGE
    return render(
        request,
        "members/refunds.html",
        {
            "requests": shown_requests(found[:REQUESTS_A_PAGE]),
            "drafts": _drafts(member, DRAFTS_SHOWN),
            "older_url": f"?before={found[REQUESTS_A_PAGE - 1].reference}" if has_more else "",
            "newer_url": reverse("members:refunds") if last is not None else "",
        },
    )


def shown_requests(rows: QuerySet[RefundRequest] | list[RefundRequest]) -> list[dict[str, object]]:
    """Each request with its state in words."""
    return [
        {"row": row, "words": SHORT[State(row.state)], "tag": TAGS.get(State(row.state), "")} for row in rows
    ]


def _before(request: HttpRequest) -> str:
    """The number or reference after which the list goes on; PostgreSQL knows no text with a NUL."""
    return request.GET.get("before", "").replace("\0", "")


def _drafts(member: User, shown: int) -> list[dict[str, object]]:
    """The forms begun, the one saved last first, each with where it stands in words."""
    rows = member.drafts.order_by("-saved_at")[:shown]
    return [{"row": row, "words": _stands(row)} for row in rows]


def _stands(draft: Draft) -> str:
    if draft.wanted_orders and draft.ground:
        return _("The reason and the order are chosen.")
    if draft.wanted_orders:
        return _("The order is chosen; the reason comes next.")
    if draft.named_orders:
        return _("Both orders are named; which one to refund comes next.")
    return _("The reason is chosen; the order comes next.") if draft.ground else _("Nothing is chosen yet.")
