"""What providers tell us by themselves: stored first, followed up once, and never believed without asking."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.orders.models import Payment
from makegood.refunds import reconciling
from makegood.refunds.models import ProviderEvent, ProviderEventHandled, RefusedDelivery
from makegood.refunds.providers.base import EventRefused, Notice, Provider
from makegood.refunds.providers.registry import LOOK_FIRST, Connections, UnknownProvider, connect
from makegood.refunds.sending import check_no_transaction

__all__ = ["EventRefused", "UnknownProvider", "follow_up", "hear", "is_looked_at_first", "refuse", "store"]

LONGEST = 256 * 1024
"""Bytes of the longest delivery taken: a refund's event has two thousand, a dispute's holds its evidence."""

FOLLOW_UP = "refunds.follow_up"
"""The job that follows an event up; `tasks` defines it."""


def is_looked_at_first(provider: str) -> bool:
    """Whether `provider` reads the address of its webhook before it sends anything there."""
    return provider in LOOK_FIRST


def hear(
    provider: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    connections: Connections,
    by: Actor,
    at: datetime,
) -> Notice:
    """Keep what came in from `provider`, if it is a genuine and fresh event; a refusal is recorded.

    Raises UnknownProvider, EventRefused.
    """
    connected = connect(provider, connections)
    try:
        if len(body) > LONGEST:
            raise EventRefused("too_long", "The message is longer than any event.")
        notice = connected.read_event(body, headers, at=at)
    except EventRefused as refused:
        refuse(refused, provider=provider, body=body, by=by, at=at)
        raise
    store(notice, provider=provider, body=body, at=at)
    return notice


def store(notice: Notice, *, provider: str, body: bytes, at: datetime) -> ProviderEvent:
    """Keep the delivery and have it followed up; delivered again, it is the same row and nothing more."""
    with transaction.atomic():
        event, is_new = ProviderEvent.objects.get_or_create(
            provider=provider,
            event_id=notice.event_id,
            defaults={
                "kind": notice.kind,
                "charge_id": _as_we_call_it(notice, provider),
                "refund_id": notice.refund_id,
                "key": notice.key,
                "body": body,
                "received_at": at,
            },
        )
        if is_new:
            app.configure_task(FOLLOW_UP).defer(event_id=event.pk)
    return event


def refuse(refused: EventRefused, *, provider: str, body: bytes, by: Actor, at: datetime) -> RefusedDelivery:
    """Count a refused delivery; the first of its kind in a minute is a security event."""
    minute = at.replace(second=0, microsecond=0)
    with transaction.atomic():
        delivery = _counted(provider, refused.reason, minute, hashlib.sha256(body).hexdigest())
        if delivery.times == 1:
            details = {"provider": provider, "reason": refused.reason, "digest": delivery.digest}
            record(Action.PROVIDER_EVENT_REFUSED, subject=delivery, by=by, at=at, **details)
    return delivery


def follow_up(event_id: int, *, provider: Provider, by: Actor, at: datetime) -> str:
    """Ask the provider how the payment of the event stands and take that in; the outcome in a word.

    The event is only the occasion: late, repeated or in the wrong order, what the provider says now counts.
    Raises ProviderUnreachable, after which it can be followed up again, and InsideTransaction.
    """
    check_no_transaction()
    event = ProviderEvent.objects.get(pk=event_id)
    handled = ProviderEventHandled.objects.filter(event=event).first()
    if handled is not None:
        return handled.outcome
    payment = Payment.objects.filter(provider=event.provider, provider_reference=event.charge_id).first()
    if payment is not None:
        reconciling.match(payment, provider=provider, by=by, at=at)
    outcome = "followed" if payment is not None else "not our payment"
    ProviderEventHandled.objects.get_or_create(event=event, defaults={"at": at, "outcome": outcome})
    return outcome


def _as_we_call_it(notice: Notice, provider: str) -> str:
    """The charge by the name that the shop gave its payment, where the provider has two."""
    names = {notice.charge_id, notice.also_called} - {""}
    if len(names) > 1:
        ours = Payment.objects.filter(provider=provider, provider_reference__in=names)
        known = ours.values_list("provider_reference", flat=True).first()
        return known or notice.charge_id
    return notice.charge_id


def _counted(provider: str, reason: str, minute: datetime, digest: str) -> RefusedDelivery:
    # One statement, so that refusals arriving at once are neither lost nor counted twice.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO refunds_refuseddelivery (provider, reason, minute, times, digest)
            VALUES (%s, %s, %s, 1, %s)
            ON CONFLICT (provider, reason, minute) DO UPDATE SET times = refunds_refuseddelivery.times + 1
            RETURNING id
            """,
            [provider, reason, minute, digest],
        )
        return RefusedDelivery.objects.get(pk=cursor.fetchone()[0])
