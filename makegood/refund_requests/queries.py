"""Questions about refund requests, as nouns."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.lookups import LessThan

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.made_once import Given
from makegood.refund_requests.models import Decision, DisputedFact, Evidence, NamedOrder, RefundRequest
from makegood.refund_requests.states import State

WITH_PEOPLE = ("member", "product", "holder", "defect", "merged_into")
TURN = (Coalesce("examine_by", "queued_at"), F("queued_at"), F("id"))
"""The order of the queue, as the index `queue_in_turn` has it."""


class _Row(Func):
    """Several values that are compared together, the first that differs deciding."""

    function = "ROW"
    output_field = BooleanField()  # of the comparison; the row itself is never read


def requests_of_member(member: User) -> QuerySet[RefundRequest]:
    """The member's own requests, newest first."""
    return member.refund_requests.select_related("product").order_by("-received_at", "-id")


def named_in(refund_request: RefundRequest | Given) -> QuerySet[NamedOrder]:
    """The orders that it names, in that order, each with its `disputes`."""
    here = Q(refund_request=OuterRef("refund_request"))
    merged = Q(refund_request__merged_into=OuterRef("refund_request"))
    disputed = DisputedFact.objects.filter(here | merged, order=OuterRef("order"))
    as_objects = disputed.order_by("id").values(
        object=JSONObject(fact="fact", recorded="recorded", says="says", why="why")
    )
    rows = NamedOrder.objects.filter(refund_request=refund_request).order_by("id")
    return rows.annotate(disputes=ArraySubquery(as_objects))  # type: ignore[no-redef]  # declared for its readers


def of_it_and_merged(refund_request: RefundRequest | Given) -> Q:
    """For rows that belong to a request: those of this one and of what was merged into it."""
    key = refund_request if isinstance(refund_request, Given) else refund_request.pk
    # Keys first: an OR over a join would read every row of both tables.
    these = RefundRequest.objects.filter(Q(pk=key) | Q(merged_into=key))
    return Q(refund_request__in=these.order_by().values("pk"))


def requests_seen_by(user: User) -> QuerySet[RefundRequest]:
    """Every request for staff who see the desk; none for anyone else."""
    every = every_request()
    return every if user.may(Right.SEE_DESK) else every.none()


def every_request() -> QuerySet[RefundRequest]:
    """Every request with its people, for whoever may see the desk: the caller asks for that right."""
    return RefundRequest.objects.select_related(*WITH_PEOPLE)


def evidence_seen_by(user: User) -> QuerySet[Evidence]:
    """The member's own evidence, and for staff that of every request; forms not sent yet stay private."""
    own = Evidence.objects.filter(uploaded_by=user) | Evidence.objects.filter(refund_request__member=user)
    if user.may(Right.SEE_DESK):
        own = own | Evidence.objects.filter(refund_request__isnull=False)
    return own.distinct()


def requests_waiting() -> QuerySet[RefundRequest]:
    """The queue, in turn: until when each should be examined, then first come first."""
    return RefundRequest.objects.filter(state=State.WAITING).order_by(*TURN)


def requests_waiting_for(user: User | Given, *, at: datetime | Given) -> QuerySet[RefundRequest]:
    """What `user` may be given at `at`, in turn: not their own, nor what somebody else gets first."""
    for_all = Q(returns_until__isnull=True) | Q(returns_until__lte=at) | Q(returns_to=user)
    return requests_waiting().exclude(member=user).filter(for_all)


def requests_returning_to(user: User | Given) -> QuerySet[RefundRequest]:
    """What `user` had, and may go on with until somebody else takes it."""
    rows = RefundRequest.objects.filter(returns_to=user, state=State.WAITING).select_related(*WITH_PEOPLE)
    return rows.order_by(*TURN)


def requests_before(refund_request: RefundRequest) -> QuerySet[RefundRequest]:
    """Those in the queue whose turn comes before that of `refund_request`."""
    its_turn = _Row(
        Value(refund_request.examine_by or refund_request.queued_at),
        Value(refund_request.queued_at),
        Value(refund_request.pk),
    )
    # One comparison of rows: the index answers it as one range, which an OR of the three would not be.
    return requests_waiting().filter(LessThan(_Row(*TURN), its_turn))


def requests_held_by(user: User | Given) -> QuerySet[RefundRequest]:
    """What a representative examines now."""
    rows = RefundRequest.objects.filter(holder=user).select_related(*WITH_PEOPLE)
    return rows.order_by("queued_at", "id")


def requests_with_engineers() -> QuerySet[RefundRequest]:
    """Those that wait for a verdict on a defect."""
    return _in_state(State.WITH_ENGINEERS)


def requests_awaiting_member() -> QuerySet[RefundRequest]:
    """Those whose member was asked something."""
    return _in_state(State.ASKED)


def requests_trying_a_fix() -> QuerySet[RefundRequest]:
    """Those whose member was asked to try a fix, in the order of their days."""
    return _in_state(State.TRYING_FIX).order_by("try_until", "id")


def requests_unanswered() -> QuerySet[RefundRequest]:
    """Those whose member wrote after the decision and waits for an answer, the longest waiting first."""
    rows = RefundRequest.objects.filter(unanswered_since__isnull=False).select_related(*WITH_PEOPLE)
    return rows.order_by("unanswered_since", "id")


def requests_awaiting_approval_by(user: User) -> QuerySet[RefundRequest]:
    """Decisions that `user`, being neither their maker nor the member, may agree to."""
    return requests_decided_by_others(user) if user.may(Right.APPROVE) else RefundRequest.objects.none()


def requests_decided_by_others(than: User | Given) -> QuerySet[RefundRequest]:
    """Decisions that wait for a second person, `than` being neither their maker nor the member."""
    own = Decision.objects.filter(refund_request=OuterRef("pk"), round=OuterRef("round"), author=than)
    return _in_state(State.AWAITING_APPROVAL).exclude(member=than).exclude(Exists(own))


def _in_state(state: State) -> QuerySet[RefundRequest]:
    rows = RefundRequest.objects.filter(state=state).select_related(*WITH_PEOPLE)
    return rows.order_by("queued_at", "id")
