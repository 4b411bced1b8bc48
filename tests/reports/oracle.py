"""The same numbers, counted slowly from the rows themselves: each request by each event that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from makegood.audit.models import Event
from makegood.queue.models import MissedPromise, Promise
from makegood.refund_requests.models import DecisionLine, RefundRequest
from makegood.refunds.models import Refund
from makegood.reports.counted import BOUNDS, LONGER, OF_PERIODS
from makegood.reports.models import DaySum, Mark, Number

Key = tuple[object, ...]
Found = tuple[str, str, str, str, datetime, int, int]
CAME_TO = {
    "approved": "refund",
    "declined": "decline",
    "withdrawn": "withdrawn",
    "fix_works": "solved",
    "solved_by_silence": "solved",
}
BACK = {
    "put_back",
    "lease_expired",
    "handed_back",
    "member_answered",
    "engineers_answered",
    "fix_failed",
    "approval_refused",
    "reopened",
}
ANSWERS = {"message_from_us", "asked_to_try", "approved", "declined"}


def counted_from_the_rows(zone: ZoneInfo) -> dict[Key, tuple[int, int]]:
    """What, key, under, currency and day → how many, and how much."""
    numbers: Counter[Key] = Counter()
    amounts: Counter[Key] = Counter()
    for what, key, under, currency, at, number, amount in _everything():
        place = (what, key, under, currency, at.astimezone(zone).date())
        numbers[place] += number
        amounts[place] += amount
    return {place: (numbers[place], amounts[place]) for place in numbers if numbers[place] or amounts[place]}


def kept(zone: ZoneInfo) -> dict[Key, tuple[int, int]]:
    """The same, as PostgreSQL kept it: what was folded and what was not."""
    numbers: Counter[Key] = Counter()
    amounts: Counter[Key] = Counter()
    known = {*(each.value for each in OF_PERIODS), "waiting"}
    rows: list[tuple[Number, date]] = [(row, row.day) for row in DaySum.objects.all()]
    rows += [(row, row.at.astimezone(zone).date()) for row in Mark.objects.all()]
    for row, day in rows:
        if row.what in known:
            numbers[row.what, row.key, row.under, row.currency, day] += row.number
            amounts[row.what, row.key, row.under, row.currency, day] += row.amount_minor
    return {place: (numbers[place], amounts[place]) for place in numbers if numbers[place] or amounts[place]}


def _everything() -> Iterator[Found]:
    for request in RefundRequest.objects.all():
        yield _one("received", request.received_at, request.ground)
        if request.state == "waiting":
            yield _one("waiting", request.queued_at)
        yield from _of_story(request)
    for promise in Promise.objects.all():
        yield _one("promise_due", promise.due_at)
    for missed in MissedPromise.objects.select_related("promise"):
        yield _one("promise_missed", missed.promise.due_at)
    for refund in Refund.objects.filter(state__in=["succeeded", "settled"]):
        yield from _of_refund(refund)


def _of_story(request: RefundRequest) -> Iterator[Found]:
    standing: Found | None = None
    was_answered = was_decided = False
    for event in Event.objects.filter(thread=request.reference).order_by("id"):
        kind, _, name = event.action.partition(".")
        if kind != "refund_request":
            continue
        if name in BACK:
            yield _one("back", event.at, event.action)
        if name in ANSWERS and not was_answered:
            was_answered = True
            yield _one("first_answer", event.at, _bucket(event.at - request.received_at))
        if name in ("approved", "declined") and not was_decided:
            was_decided = True
            yield _one("decision", event.at, _bucket(event.at - request.received_at))
        if name == "reopened":
            standing = None
        if name in CAME_TO:
            standing = _one("outcome", event.at, CAME_TO[name])
    if standing:
        yield standing


def _of_refund(refund: Refund) -> Iterator[Found]:
    request = RefundRequest.objects.get(reference=refund.reference)
    order = refund.payment.order
    line = DecisionLine.objects.get(
        decision__refund_request=request, decision__round=refund.decision_round, order=order
    )
    version = line.assessment.policy_version.version
    for what, key, under in [
        ("ground", request.ground, ""),
        ("product", str(order.product_id), ""),
        ("provider", refund.provider, ""),
        ("version", version, ""),
        *(("clause", clause, version) for clause in set(line.assessment.trace["decided_by"])),
    ]:
        assert refund.succeeded_at is not None
        yield f"refund_by_{what}", key, under, refund.currency, refund.succeeded_at, 1, refund.amount_minor


def _bucket(took: timedelta) -> str:
    for bound in BOUNDS:
        if took <= timedelta(minutes=bound):
            return str(bound)
    return LONGER


def _one(what: str, at: datetime, key: str = "") -> Found:
    return what, key, "", "", at, 1, 0
