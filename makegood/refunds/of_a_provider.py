"""What became of the refunds of each provider, without ever counting or reading all of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from makegood.refunds.models import AttemptAnswer, Refund
from makegood.refunds.states import State

COUNTED_UP_TO = 1000
ASKED_LAST = 100
"""Among so many refunds of a provider, those asked for last, its newest answer is looked for."""

_COUNTS = """
    SELECT provider, state, (
        SELECT count(*) FROM (
            SELECT FROM refunds_refund
            WHERE refunds_refund.provider = wanted.provider AND refunds_refund.state = each.state
            LIMIT %s
        ) AS bounded
    )
    FROM unnest(%s::text[]) AS wanted(provider), unnest(%s::text[]) AS each(state)
"""


def counts(providers: Iterable[str]) -> dict[tuple[str, State], int]:
    """By provider and state, those with any; one more than COUNTED_UP_TO means more than that."""
    states = [state.value for state in State]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [COUNTED_UP_TO + 1, list(providers), states])
        return {(provider, State(state)): count for provider, state, count in cursor.fetchall() if count}


def last_answers(providers: Iterable[str]) -> dict[str, AttemptAnswer]:
    """By provider, its newest answer that was kept, with its attempt and refund; nothing for a silent one."""
    asked = Q()
    for name in providers:
        recent = Refund.objects.filter(provider=name, last_asked_at__isnull=False)
        asked |= Q(attempt__refund__in=recent.order_by("-last_asked_at").values("pk")[:ASKED_LAST])
    if not asked:
        return {}
    newest = AttemptAnswer.objects.filter(asked).select_related("attempt__refund")
    rows = newest.order_by("attempt__refund__provider", "-pk").distinct("attempt__refund__provider")
    return {row.attempt.refund.provider: row for row in rows.defer("body")}
