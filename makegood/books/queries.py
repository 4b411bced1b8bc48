"""What the page of the books shows."""

from __future__ import annotations

from django.db.models import Max, Prefetch, QuerySet

from makegood.books.models import Difference, DifferenceState, Match, MatchedSum, Report


def open_differences() -> QuerySet[Difference]:
    """What waits for a person, longest first."""
    return Difference.objects.filter(state=DifferenceState.OPEN).order_by("pk")


def newest_matches() -> list[Match]:
    """Of each provider the newest match of its newest report, with its report and sums."""
    newest = Report.objects.order_by("provider", "-ends_at", "-pk").distinct("provider")
    latest = Match.objects.filter(report__in=list(newest)).values("report").annotate(latest=Max("pk"))
    sums = Prefetch("sums", MatchedSum.objects.order_by("currency"))
    rows = Match.objects.filter(pk__in=[row["latest"] for row in latest])
    return list(rows.select_related("report").prefetch_related(sums).order_by("report__provider"))
