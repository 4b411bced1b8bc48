"""Two requests of one member about the same thing become one: the newer goes on in the older one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.audit.recording import record
from makegood.refund_requests.assessing import assess
from makegood.refund_requests.holding import require_examiner, require_holder
from makegood.refund_requests.models import NamedOrder, RefundRequest
from makegood.refund_requests.moving import move_on
from makegood.refund_requests.states import MOVES, State

UNDONE_WITHIN = timedelta(hours=1)
"""So long a merge can be undone, by one who holds what it was merged into, while nothing else happened."""


class NotMerged(Exception):
    """The two cannot become one; the message says why."""


def merge(newer: RefundRequest, into: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """`newer` goes on in `into`, which `by` holds, with its orders, and its turn where that is earlier.

    Nothing is copied: what was said and sent in `newer` stays there, and is shown in `into`. Returns `newer`.
    Raises NotMerged, NotYours, MayNotExamine, OwnRequest.
    """
    with transaction.atomic():
        kept, gone = _locked_both(into, newer)
        require_examiner(kept, by=by)
        require_holder(kept, by=by)
        _require_alike(kept, gone)
        details = {"other": kept.reference, "turn": _turn_as_text(kept)}
        moved = move_on(gone, State.MERGED, Action.MERGED, by=by, at=at, details=details, merged_into=kept)
        # What the member is just writing there is sent here.
        moved.unsent_evidence.update(unsent_in=kept)
        moved.uploads.update(refund_request=kept)
        _take_over(kept, moved)
        _tell(Action.TOOK_OVER, kept, moved, by=by, at=at)
        assess(kept, at=at)
    return moved


def unmerge(merged: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """Take a merge back: `merged` waits again at its place, and the other has its own turn and orders again.

    Raises NotMerged (the time is over, or something happened since), MoveNotAllowed, NotYours, OwnRequest.
    """
    if merged.merged_into is None:
        raise MoveNotAllowed(merged, merged.state, State.WAITING)
    with transaction.atomic():
        kept, gone = _locked_both(merged.merged_into, merged)
        if gone.merged_into_id != kept.pk:
            raise MoveNotAllowed(gone, gone.state, State.WAITING)
        require_examiner(kept, by=by)
        require_holder(kept, by=by)
        made = _event_of(gone)
        why_not = _why_not_undone(kept, gone, made, at=at)
        if why_not:
            raise NotMerged(why_not)
        theirs = NamedOrder.objects.filter(refund_request=gone).values("order")
        NamedOrder.objects.filter(refund_request=kept, order__in=theirs, wanted=True).delete()
        _give_turn(kept, made)
        back = move_on(
            gone,
            State.WAITING,
            Action.UNMERGED,
            by=by,
            at=at,
            of={State.MERGED},
            details={"other": kept.reference},
            merged_into=None,
        )
        _tell(Action.GAVE_BACK, kept, back, by=by, at=at)
        assess(kept, at=at)
    return back


def _locked_both(kept: RefundRequest, gone: RefundRequest) -> tuple[RefundRequest, RefundRequest]:
    """Both under lock, taken in one order whoever is merged into whom, so that no two block each other."""
    if kept.pk == gone.pk:
        raise NotMerged(_("This is the request itself. Please give the number of another one."))
    rows = RefundRequest.objects.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(no_key=True)}
    return found[kept.pk], found[gone.pk]


def _require_alike(kept: RefundRequest, gone: RefundRequest) -> None:
    """Raises NotMerged."""
    if State.MERGED not in MOVES[State(gone.state)]:
        raise NotMerged(_("{reference} can no longer be merged.").format(reference=gone.reference))
    if gone.member_id != kept.member_id:
        raise NotMerged(_("These are requests of two customers. They can be linked, not merged."))
    if (gone.ground, gone.product_id) != (kept.ground, kept.product_id):
        raise NotMerged(
            _("They are about another product, or ask for another reason. They can be linked, not merged.")
        )
    if gone.received_at < kept.received_at:
        words = _(
            "{reference} came first, so its customer would lose time. Merge this one into that one instead."
        )
        raise NotMerged(words.format(reference=gone.reference))
    if gone.holder is not None and gone.holder_id != kept.holder_id:
        raise NotMerged(
            _("{holder} examines {reference} now.").format(holder=gone.holder, reference=gone.reference)
        )
    if gone.decisions.exists():
        raise NotMerged(_("{reference} was decided before.").format(reference=gone.reference))
    if RefundRequest.objects.filter(merged_into=gone).exists():
        raise NotMerged(_("Another request was merged into {reference}.").format(reference=gone.reference))
    _require_orders_for_one(kept, gone)


def _require_orders_for_one(kept: RefundRequest, gone: RefundRequest) -> None:
    """The orders of both can be decided together. Raises NotMerged."""
    named = list(NamedOrder.objects.filter(refund_request__in=[kept, gone]).select_related("order"))
    if not all(each.wanted for each in named):
        raise NotMerged(
            _("One of them compares two orders, which could not be told apart any more. They can be linked.")
        )
    if len({each.order.currency for each in named}) > 1:
        # One decision is one amount.
        raise NotMerged(_("They were paid in two currencies. They can be linked, not merged."))
    if any(each.order.purchased_at > kept.received_at for each in named):
        raise NotMerged(
            _("The order was bought after {reference} was asked. They can be linked, not merged.").format(
                reference=kept.reference
            )
        )


def _take_over(kept: RefundRequest, gone: RefundRequest) -> None:
    """Its orders, and of the two turns and days of the law the earlier ones."""
    NamedOrder.objects.bulk_create(
        NamedOrder(refund_request=kept, order_id=order, wanted=True)
        for order in gone.named.order_by("id").values_list("order", flat=True)
    )
    if _turn(gone) < _turn(kept):
        kept.examine_by, kept.queued_at = gone.examine_by, gone.queued_at
    days = [day for day in (kept.law_until, gone.law_until) if day is not None]
    kept.law_until = min(days, default=None)
    kept.save(update_fields=["examine_by", "queued_at", "law_until"])


def _turn(refund_request: RefundRequest) -> tuple[datetime, datetime]:
    return refund_request.examine_by or refund_request.queued_at, refund_request.queued_at


def _turn_as_text(kept: RefundRequest) -> dict[str, str]:
    """The turn that it has, to give it back; what is not set is left out."""
    turn = {"examine_by": kept.examine_by, "queued_at": kept.queued_at, "law_until": kept.law_until}
    return {name: value.isoformat() for name, value in turn.items() if value is not None}


def _give_turn(kept: RefundRequest, made: Event) -> None:
    """The turn that it had when `made` happened."""
    turn = made.details["turn"]
    kept.queued_at = datetime.fromisoformat(turn["queued_at"])
    kept.examine_by = datetime.fromisoformat(turn["examine_by"]) if "examine_by" in turn else None
    kept.law_until = date.fromisoformat(turn["law_until"]) if "law_until" in turn else None
    kept.save(update_fields=["examine_by", "queued_at", "law_until"])


def _event_of(merged: RefundRequest) -> Event:
    """How it was merged, the last time."""
    rows = Event.objects.filter(thread=merged.reference, action=Action.MERGED)
    return rows.latest("id")


def _why_not_undone(kept: RefundRequest, gone: RefundRequest, made: Event, *, at: datetime) -> str:
    """Why the merge stays; empty when it can be taken back."""
    if at > made.at + UNDONE_WITHIN:
        return _("It was merged more than an hour ago, so it stays merged.")
    since = Event.objects.filter(thread__in=[kept.reference, gone.reference], pk__gt=made.pk)
    if since.exclude(thread=kept.reference, action=Action.TOOK_OVER, at=made.at).exists():
        return _("Something has happened since they were merged, so they stay merged.")
    return ""


def _tell(action: Action, kept: RefundRequest, other: RefundRequest, *, by: User, at: datetime) -> None:
    record(action, subject=kept, by=by, at=at, thread=kept.reference, other=other.reference)
