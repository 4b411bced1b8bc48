"""Every request, newest first, filtered by where it stands or found by what a colleague or member says."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, needs
from makegood.desk.background import with_promise
from makegood.desk.board import DUE_TODAY, UNANSWERED, due_by, end_of_day, row_of
from makegood.desk.pages import newest_page
from makegood.desk.standing import STATES, with_answers
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_seen_by
from makegood.refund_requests.states import State

LONGEST_WANTED = 254
OTHER_CHOICES = (
    (DUE_TODAY, _("promised an update by today")),
    (UNANSWERED, _("written after the decision")),
)


@needs(Right.SEE_DESK)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """`?state=` a state, UNANSWERED or DUE_TODAY, `?find=` what names one, `?before=` a key."""
    state = request.GET.get("state", "")
    wanted = request.GET.get("find", "").strip()[:LONGEST_WANTED]
    rows, at = requests_seen_by(request.user), timezone.now()
    if state in set(State):
        rows = rows.filter(state=state)
    elif state == UNANSWERED:
        rows = rows.filter(unanswered_since__isnull=False)
    elif state == DUE_TODAY:
        rows = due_by(end_of_day(at), rows)
    if wanted:
        rows = _found(rows, wanted)
    page = newest_page(with_answers(with_promise(rows)), request.GET.get("before", ""))
    context = {
        "rows": [row_of(row, at=at) for row in page.rows],
        "page": page,
        "states": [*((value.value, label) for value, label in STATES.items()), *OTHER_CHOICES],
        "state": state,
        "find": wanted,
    }
    return render(request, "desk/requests.html", context)


def _found(rows: QuerySet[RefundRequest], wanted: str) -> QuerySet[RefundRequest]:
    """Whole values only: a part of an address would list people who were not meant."""
    wanted = wanted.replace("\0", "")
    named = Q(named__order__number__iexact=wanted)
    return rows.filter(Q(reference__iexact=wanted) | Q(member__email__iexact=wanted) | named).distinct()
