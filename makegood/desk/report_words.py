"""The numbers of reports in words: times, comparisons, and what each key is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from babel.dates import format_timedelta
from babel.numbers import format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import day_in_words, number_in_words
from makegood.audit.actions import Action
from makegood.reports.counted import (
    BOUNDS,
    LONGER,
    MINUTES_OF_A_DAY,
    MINUTES_OF_AN_HOUR,
    Outcome,
    share_within,
)
from makegood.reports.periods import Period

HALF, NINE_OF_TEN = 50, 90

OUTCOMES: Mapping[str, Promise] = {
    Outcome.REFUND: gettext_lazy("Refund"),
    Outcome.DECLINE: gettext_lazy("Declined"),
    Outcome.WITHDRAWN: gettext_lazy("Withdrawn by the customer"),
    Outcome.SOLVED: gettext_lazy("Solved by a fix"),
}
BACK: Mapping[str, Promise] = {
    Action.PUT_BACK: gettext_lazy("Put back with a reason"),
    Action.LEASE_EXPIRED: gettext_lazy("Examination paused"),
    Action.HANDED_BACK: gettext_lazy("Examiner away"),
    Action.MEMBER_ANSWERED: gettext_lazy("Customer answered"),
    Action.ENGINEERS_ANSWERED: gettext_lazy("Engineers answered"),
    Action.FIX_FAILED: gettext_lazy("Fix did not help"),
    Action.APPROVAL_REFUSED: gettext_lazy("Second person disagreed"),
    Action.REOPENED: gettext_lazy("Decision opened again"),
}


def period_words(period: Period) -> str:
    """“1 November 2026 – 30 November 2026”, or the one day."""
    if period.first == period.last:
        return day_in_words(period.first)
    return f"{day_in_words(period.first)} – {day_in_words(period.last)}"


def bound_words(bucket: str) -> str:
    """“≤ 4 hours”; “> 90 days” for what no bucket holds."""
    if bucket == LONGER:
        return f"> {_time(BOUNDS[-1])}"
    return f"≤ {_time(int(bucket))}"


def half_and_most(histogram: dict[str, int]) -> tuple[str, str]:
    """Within which time half of them came, and nine of ten; “–” and nothing where there are none."""
    half, most = share_within(HALF, histogram), share_within(NINE_OF_TEN, histogram)
    if half is None or most is None:
        return "–", ""
    return bound_words(half), _("nine of ten: {time}").format(time=bound_words(most))


def compared(now: int, before: int) -> str:
    """“15% more than before (104)”."""
    if now == before:
        return _("as many as before")
    if before <= 0:
        return _("none before")
    share = format_percent(abs(now - before) / before, locale=_locale())
    words = (
        _("{share} more than before ({before})")
        if now > before
        else _("{share} fewer than before ({before})")
    )
    return words.format(share=share, before=number_in_words(before))


def share_in_words(part: int, whole: int) -> str:
    """“97%”; “–” of nothing."""
    if whole <= 0:
        return "–"
    # Rounded down, so that “100%” is said of all and of nothing less.
    return format_percent(part * 100 // whole / 100, locale=_locale())


def age_words(youngest: int, oldest: int | None) -> str:
    """So many days: “1”, “2–3”, “57+”; `oldest` None: no end."""
    if oldest is None:
        return f"{youngest}+"
    return str(oldest) if youngest == oldest else f"{youngest}–{oldest}"


def _time(minutes: int) -> str:
    unit: Literal["day", "hour", "minute"] = "minute"
    if minutes >= MINUTES_OF_AN_HOUR:
        unit = "day" if minutes >= MINUTES_OF_A_DAY else "hour"
    # A threshold that no number reaches keeps 14 days from being called two weeks.
    return format_timedelta(
        timedelta(minutes=minutes), granularity=unit, threshold=MINUTES_OF_A_DAY, locale=_locale()
    )


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
