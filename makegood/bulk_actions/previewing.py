"""Exactly what would happen to each request, kept as it is shown, until it is confirmed or forgotten."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import number_in_words
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.bulk_actions.judging import judged
from makegood.bulk_actions.models import BulkAction, BulkItem, Kind
from makegood.bulk_actions.states import ItemState, State
from makegood.bulk_actions.work import DefectIsAnswered, Standing, Work, can_be_linked, how_it_stands
from makegood.queue import promises
from makegood.queue.models import Promise
from makegood.queue.no_news import WORK, is_said_often
from makegood.refund_requests.conversation import require_sayable
from makegood.refund_requests.models import NamedOrder, RefundRequest, Visibility
from makegood.refund_requests.prepared_replies.filling import require_known
from makegood.refund_requests.states import AWAITING_US

MOST = 500
"""So many requests at once; who means more does it again for the rest."""
KEPT_FOR = timedelta(days=1)


class MayNotActInBulk(Exception):
    """Doing the same for many is a right of its own."""

    def __init__(self) -> None:
        super().__init__(_("Your role does not act on many requests at once."))


class NothingChosen(Exception):
    """No request was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Please choose at least one request."))


class TooMany(Exception):
    """More requests than are done at once."""

    def __init__(self) -> None:
        words = ngettext(
            "Please choose no more than {n} request.", "Please choose no more than {n} requests.", MOST
        )
        super().__init__(words.format(n=number_in_words(MOST)))


def preview(keys: Sequence[int], work: Work, *, by: User, at: datetime) -> BulkAction:
    """Keep what `work` would do to the requests with these keys, in this order; nothing is done to them.

    Raises MayNotActInBulk, NothingChosen, TooMany, DefectIsAnswered, UnknownPlaceholder, SaysNothing,
    TooLong.
    """
    if not by.may(Right.ACT_IN_BULK):
        raise MayNotActInBulk
    if not keys:
        raise NothingChosen
    if len(keys) > MOST:
        raise TooMany
    if work.kind in (Kind.MESSAGE, Kind.NOTE):
        require_sayable(work.body)
    if work.kind == Kind.MESSAGE:
        require_known(work.body)
    if work.defect and not can_be_linked(work.defect):
        raise DefectIsAnswered(work.defect)
    with transaction.atomic():
        action = BulkAction.objects.create(
            kind=work.kind,
            made_by=by,
            made_at=at,
            defect=work.defect,
            defect_stood=how_it_stands(work.defect) if work.defect else "",
            body=work.body,
        )
        BulkItem.objects.bulk_create(_items(action, keys, work, by=by, at=at))
    return action


def _items(action: BulkAction, keys: Sequence[int], work: Work, *, by: User, at: datetime) -> list[BulkItem]:
    rows = {row.pk: row for row in _read(keys)}
    orders, told = _orders_of(keys), _told(row.reference for row in rows.values())
    next_update = promises.due_at(at)
    items = []
    for row in (rows[key] for key in keys if key in rows):
        standing = Standing(
            last_message=row.last_message or 0,
            orders=orders[row.pk],
            warned_from=(row.warned_from or row.promised_until) if row.state in AWAITING_US else None,
            is_said_often=is_said_often(told[row.reference]),
        )
        why, text = judged(row, standing, work, by=by, at=at, next_update=next_update)
        items.append(
            BulkItem(
                action=action,
                refund_request=row,
                state=ItemState.LEFT_OUT if why else ItemState.WAITING,
                why=why or "",
                text=text,
                seen_state=row.state,
                seen_round=row.round,
                seen_holder=row.holder,
                seen_up_to=standing.last_message,
                form_token=uuid4(),
            )
        )
    return items


def _read(keys: Sequence[int]) -> QuerySet[Any]:
    newest = Promise.objects.filter(refund_request=OuterRef("pk")).order_by("-id")
    rows = RefundRequest.objects.filter(pk__in=keys).select_related("member", "product", "holder")
    carrying: QuerySet[Any] = rows.annotate(
        last_message=Max("messages__id", filter=Q(messages__visibility=Visibility.PUBLIC)),
        promised_until=Subquery(newest.values("due_at")[:1]),
        warned_from=Subquery(newest.values("warn_at")[:1]),
    )
    return carrying


def _orders_of(keys: Sequence[int]) -> dict[int, list[str]]:
    """The numbers of the orders to refund, by the key of their request."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = NamedOrder.objects.filter(refund_request__in=keys, wanted=True).order_by("id")
    for key, number in wanted.values_list("refund_request", "order__number"):
        found[key].append(number)
    return found


def _told(references: Any) -> dict[str, list[Event]]:
    """What decides whether “no news yet” may be said again, by reference, in order."""
    found: dict[str, list[Event]] = defaultdict(list)
    events = Event.objects.filter(thread__in=list(references), action__in=[Action.NO_NEWS_TOLD, *WORK])
    for event in events.order_by("id"):
        found[event.thread].append(event)
    return found


def digest_of(action: BulkAction, items: Sequence[BulkItem]) -> str:
    """Names what the preview shows: what is done, to which requests, with which words, who is left out."""
    shown = [
        [action.pk, action.kind, action.defect_id, action.defect_stood, action.body],
        *([item.refund_request_id, item.state, item.why, item.text, item.seen_up_to] for item in items),
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def forget_old(*, at: datetime) -> int:
    """Delete previews that nobody confirmed for KEPT_FOR; how many there were."""
    old = BulkAction.objects.filter(state=State.PREVIEWED, made_at__lt=at - KEPT_FOR)
    return old.delete()[1].get(BulkAction._meta.label, 0)
