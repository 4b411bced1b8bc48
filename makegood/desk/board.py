"""What the board shows: the queue in numbers, and the lists of what each person can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.desk.standing import (
    Standing,
    amount_words,
    answers_of,
    ground_words,
    policy_standing,
    state_standing,
    with_answers,
)
from makegood.desk.ticket import TO_BE_DECIDED
from makegood.made_once import Given, MadeOnce
from makegood.queue import board as queue
from makegood.refund_requests.models import RefundRequest, StateCount
from makegood.refund_requests.queries import (
    requests_awaiting_member,
    requests_decided_by_others,
    requests_held_by,
    requests_returning_to,
    requests_trying_a_fix,
    requests_unanswered,
    requests_with_engineers,
)
from makegood.refund_requests.states import AWAITING_US, State
from makegood.refunds.models import Dispute
from makegood.refunds.models.dispute import UNDECIDED
from makegood.search.excerpts import Part

SHOWN = 10
WATCHED = 5
"""Shown of a list that others act on: it is there to be seen, not to be worked through."""
SHOWN_OF_A_ROW = (
    *("reference", "ground", "state", "returns_to", "unanswered_since", "hears_by", "try_until"),
    *("member__name", "member__email", "member__erased_at", "product__name", "defect__id"),
)
COUNTED_UP_TO = 1000
UNANSWERED = "unanswered"
"""Where a request stands for the lists, beside its states: the member wrote after the decision."""
TRYING = "trying"
"""The list of those who try a fix."""
DUE_TODAY = "due"
"""As UNANSWERED: the member hears from us today, or should have already."""


CAME_BACK: Mapping[str | None, Promise] = {
    Action.ENGINEERS_ANSWERED: gettext_lazy("Back from the engineers"),
    Action.FIX_FAILED: gettext_lazy("The customer says that the fix does not help"),
    Action.MEMBER_ANSWERED: gettext_lazy("The customer has answered"),
}
LEFT = (Action.LEASE_EXPIRED, Action.TAKEN)
"""After these it is no news any more that it came back."""


@dataclass(frozen=True)
class Row:
    """A request in a list; `due_at` None: no update is promised.

    `wrote_at`: since when the member waits for an answer to what came after the decision; None: not so.
    `is_disputed`: a customer's bank has taken a payment of its orders back, or asks about it.
    `came_back`: with what it came back to who had it; empty where that is not told.
    `excerpt`: where the words stand that were looked for; empty where none were.
    """

    refund_request: RefundRequest
    ground: str
    standing: Standing
    due_at: datetime | None
    is_late: bool
    amount: str
    wrote_at: datetime | None
    is_disputed: bool = False
    came_back: str = ""
    excerpt: Sequence[Part] = ()

    @property
    def is_back(self) -> bool:
        """Whether it waits for somebody who had it and may go on with it."""
        return self.refund_request.state == State.WAITING and self.refund_request.returns_to_id is not None


@dataclass(frozen=True)
class Listed:
    """One list of the board: at most SHOWN rows, or WATCHED, and whether there are more."""

    name: str
    title: str
    hint: str
    rows: Sequence[Row]
    more: bool
    more_state: str

    @property
    def is_mine(self) -> bool:
        """Whether it lists what whoever reads it has, or had and may go on with."""
        return self.name == "mine"


@dataclass(frozen=True)
class Board:
    """What the board shows.

    `lists`: those first that the reader can act on; but for the first, no empty ones. `oldest`: when the one
    that has waited longest came in; None: nobody waits. `due`: how many members must hear from us today,
    those already late among them, counted up to COUNTED_UP_TO.
    """

    lists: Sequence[Listed]
    waiting: int
    oldest: datetime | None
    due: int


def read_board(user: User, *, at: datetime) -> Board:
    """The board of `user`: one query for its numbers and which requests are in its lists, one for these."""
    lists = _by_role(user)
    read = _read(tuple((each.name, each.shown) for each in lists))
    [row] = read(person=user.pk, until=end_of_day(at))
    keys: Sequence[list[int]] = [getattr(row, each.name) for each in lists]
    found = shown_of(list(chain(*keys)))
    shown = [
        _listed(each, [found[key] for key in of if key in found], at=at)
        for each, of in zip(lists, keys, strict=True)
    ]
    filled = [each for number, each in enumerate(shown) if each.rows or number == 0]
    return Board(filled, waiting=row.waiting, oldest=row.oldest, due=row.due)


@dataclass(frozen=True)
class _ListOf:
    """What a list is called; ROWS has its rows in their order, `state` shows the rest in the list of all."""

    name: str
    title: str
    hint: str
    state: str = ""
    shown: int = SHOWN


def _by_role(user: User) -> list[_ListOf]:
    lists = [_asked(), _with_engineers(SHOWN if user.may(Right.GIVE_VERDICT) else WATCHED)]
    if user.may(Right.EXAMINE):
        lists = [_mine(), _written_after_the_decision(), *lists]
    if user.may(Right.GIVE_VERDICT) and not user.may(Right.EXAMINE):
        lists.reverse()
    lists.append(_trying_a_fix())
    if user.may(Right.APPROVE):
        lists.insert(0, _approvals())
    return lists


def _mine() -> _ListOf:
    return _ListOf(
        "mine",
        _("My requests"),
        _("what is due first, first"),
    )


def _written_after_the_decision() -> _ListOf:
    return _ListOf(
        UNANSWERED,
        _("Written after the decision"),
        _("the longest waiting first; nobody needs to take them"),
        UNANSWERED,
    )


def _asked() -> _ListOf:
    return _ListOf(
        "asked",
        _("Waiting for the customer"),
        _("they come back to the queue with the answer"),
        State.ASKED,
        WATCHED,
    )


def _with_engineers(shown: int) -> _ListOf:
    return _ListOf(
        "engineers",
        _("With the engineers"),
        _("the longest waiting first"),
        State.WITH_ENGINEERS,
        shown,
    )


def _trying_a_fix() -> _ListOf:
    """Those whose member tries a fix, in the order in which silence closes them."""
    return _ListOf(
        TRYING,
        _("Trying a fix"),
        _("closed by silence on their day, the next one first"),
        State.TRYING_FIX,
        WATCHED,
    )


def _approvals() -> _ListOf:
    return _ListOf(
        "approvals",
        _("Approvals for me"),
        _("decided by somebody else; you are the second person"),
        State.AWAITING_APPROVAL,
    )


def _listed(of: _ListOf, found: Sequence[Any], *, at: datetime) -> Listed:
    shown = [row_of(row, at=at) for row in found[: of.shown]]
    return Listed(of.name, of.title, of.hint, shown, len(found) > of.shown, of.state)


def _due_first(rows: QuerySet[RefundRequest]) -> QuerySet[Any]:
    return rows.order_by("hears_by", "queued_at", "id")


ROWS: Mapping[str, Callable[[Given], QuerySet[Any]]] = {
    "mine": lambda person: _due_first(requests_held_by(person) | requests_returning_to(person)),
    UNANSWERED: lambda person: requests_unanswered().exclude(member=person),
    "asked": lambda _person: _due_first(requests_awaiting_member()),
    "engineers": lambda _person: _due_first(requests_with_engineers()),
    TRYING: lambda _person: requests_trying_a_fix(),
    "approvals": lambda person: _due_first(requests_decided_by_others(person)),
}


@cache
def _read(lists: tuple[tuple[str, int], ...]) -> MadeOnce[Any]:
    """The person, with the numbers of the board, and under its name the keys of so many rows of each list and
    of one more.
    """
    person, until = Given("person", BigIntegerField()), Given("until", DateTimeField())
    keys = {name: ArraySubquery(ROWS[name](person).values("pk")[: shown + 1]) for name, shown in lists}
    counts = StateCount.objects.filter(state=State.WAITING).order_by().values("state")
    due = RefundRequest.objects.filter(due_by(until)).order_by().values("pk")[:COUNTED_UP_TO]
    numbers = {
        "waiting": Coalesce(Subquery(counts.annotate(sum=Sum("number")).values("sum")), 0),
        "oldest": Subquery(queue.longest_waiting().values("queued_at")[:1]),
        "due": Func(ArraySubquery(due), function="cardinality", output_field=IntegerField()),
    }
    return MadeOnce(User.objects.filter(pk=person).only("pk").annotate(**keys, **numbers))


def for_lists(rows: QuerySet[RefundRequest]) -> QuerySet[Any]:
    """The same rows, each carrying what `row_of` reads, and not more."""
    shown = rows.select_related(None).select_related("member", "product", "defect")
    disputed = Dispute.objects.filter(payment__order__named_in__refund_request=OuterRef("pk"))
    undecided = Exists(disputed.filter(state__in=UNDECIDED))
    known: QuerySet[Any] = with_answers(shown.only(*SHOWN_OF_A_ROW)).annotate(is_disputed=undecided)
    return known


def _with_return(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, each with `came_back_by`: the newest of CAME_BACK that happened to it, or None."""
    events = Event.objects.filter(thread=OuterRef("reference"), action__in=[*CAME_BACK, *LEFT])
    events = events.exclude(thread="")  # so that PostgreSQL knows the partial index to hold them all
    known: QuerySet[Any] = rows.annotate(came_back_by=Subquery(events.order_by("-id").values("action")[:1]))
    return known


def shown_of(keys: Sequence[int]) -> dict[int, Any]:
    """Rows of `for_lists` by their keys, of requests that whoever sees them was found to see."""
    return {row.pk: row for row in _by_keys()(keys=keys)}


@cache
def _by_keys() -> MadeOnce[Any]:
    keys = Given("keys", ArrayField(BigIntegerField()))
    template, joiner = "(%(expressions)s))", " = ANY ("
    is_one = Func(F("pk"), keys, template=template, arg_joiner=joiner, output_field=BooleanField())
    return MadeOnce(_with_return(for_lists(RefundRequest.objects.filter(is_one))))


def row_of(row: Any, *, at: datetime) -> Row:
    """A row of `for_lists` as lists show it."""
    answers = answers_of(row)
    due = row.hears_by if row.state in AWAITING_US else None
    undecided = row.state in TO_BE_DECIDED
    return Row(
        refund_request=row,
        ground=ground_words(row.ground),
        standing=policy_standing(answers) if undecided and answers else state_standing(row.state),
        due_at=due,
        is_late=due is not None and due < at,
        amount=amount_words(answers),
        wrote_at=row.unanswered_since,
        is_disputed=row.is_disputed,
        came_back=str(CAME_BACK.get(getattr(row, "came_back_by", None), "")),
    )


def due_by(moment: datetime | Given) -> Q:
    """The requests whose members must hear from us by `moment`, those already late among them."""
    return Q(state__in=AWAITING_US, hears_by__lte=moment)


def end_of_day(at: datetime) -> datetime:
    """The last moment of the day of `at` in the active time zone."""
    today = timezone.localtime(at).date()
    return datetime.combine(today, time.max, tzinfo=timezone.get_current_timezone())
