"""What the vendor's tracker tells by itself: believed once signed, counted once, and never a verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.defects.models import Defect, TrackerDelivery, TrackerStatus
from makegood.defects.trackers import bodies, signatures
from makegood.defects.trackers.bodies import News
from makegood.defects.trackers.links import Tracker
from makegood.defects.trackers.signatures import DeliveryRefused

LONGEST = 1024 * 1024
"""Bytes of the longest delivery taken; an issue with a long text has a few hundred thousand."""

_HAPPENED = {
    TrackerStatus.OPEN: Action.DEFECT_TRACKER_OPEN,
    TrackerStatus.CLOSED: Action.DEFECT_TRACKER_CLOSED,
}


def hear(
    tracker: Tracker, body: bytes, headers: Mapping[str, str], *, secret: str, by: Actor, at: datetime
) -> list[Defect]:
    """Take in what a genuine delivery says; the defects whose issue is open or closed now and was not before.

    Empty when no defect is linked to the issue, when the delivery came before (by its name or its bytes), or
    when something newer is known. Raises DeliveryRefused.
    """
    if len(body) > LONGEST:
        raise DeliveryRefused("too_long", "The delivery is longer than any about an issue.")
    delivery = signatures.verify(tracker, body, headers, secret=secret, at=at)
    news = bodies.read_body(tracker, body)
    if news is None:
        return []
    with transaction.atomic():
        # The same delivery twice at once waits here for itself.
        linked = Defect.objects.select_for_update(no_key=True).filter(tracker_url=news.url)
        defects = list(linked.order_by("pk"))
        if not defects or not _is_first(tracker, delivery, body, at=at):
            return []
        return [defect for defect in defects if _took_in(defect, news, by=by, at=at)]


def _is_first(tracker: Tracker, delivery: str, body: bytes, *, at: datetime) -> bool:
    # Only the body is signed by all of them, so that a replay under another name is known by its bytes.
    digest = hashlib.sha256(body).hexdigest()
    came = TrackerDelivery.objects.filter(Q(delivery=delivery) | Q(digest=digest), tracker=tracker)
    if came.exists():
        return False
    TrackerDelivery.objects.create(tracker=tracker, delivery=delivery, digest=digest, received_at=at)
    return True


def _took_in(defect: Defect, news: News, *, by: Actor, at: datetime) -> bool:
    if defect.tracker_changed_at is not None and news.changed_at < defect.tracker_changed_at:
        return False
    is_new = defect.tracker_status != news.status
    defect.tracker_status, defect.tracker_changed_at = news.status, news.changed_at
    defect.save(update_fields=["tracker_status", "tracker_changed_at"])
    if is_new:
        record(_HAPPENED[news.status], subject=defect, by=by, at=at)
    return is_new
