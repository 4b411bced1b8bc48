"""The numbers of reports in words: times, comparisons, and what each key is called."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
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
    """“1 November 2026 to 30 November 2026”, or the one day."""
    if period.first == period.last:
        return day_in_words(period.first)
    return _("{first} to {last}").format(first=day_in_words(period.first), last=day_in_words(period.last))


def bound_words(bucket: str) -> str:
    """“within 4 hours”; “longer than 90 days” for what no bucket holds."""
    if bucket == LONGER:
        return _("longer than {time}").format(time=_time(BOUNDS[-1]))
    return _("within {time}").format(time=_time(int(bucket)))


def half_and_most(histogram: dict[str, int]) -> tuple[str, str]:
    """Within which time half of them came, and nine of ten; “–” and nothing where there are none."""
    half, most = share_within(HALF, histogram), share_within(NINE_OF_TEN, histogram)
    if half is None or most is None:
        return "–", ""
    return bound_words(half), _("nine of ten {within}").format(within=bound_words(most))


def compared(now: int, before: int) -> str:
    """“15% more than before (104)”."""
    if now == before:
        return _("as many as before")
    if before <= 0:
        return _("none before")
    share = format_percent(abs(now - before) / before, locale=(get_language() or "en").replace("-", "_"))
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
    return format_percent(part * 100 // whole / 100, locale=(get_language() or "en").replace("-", "_"))


def age_words(youngest: int, oldest: int | None) -> str:
    """For how many days: “since today”, “1 day”, “2 to 3 days”; `oldest` None: no end."""
    if oldest is None:
        return _("{n} days or more").format(n=youngest)
    if oldest == 0:
        return _("since today")
    if youngest == oldest:
        return ngettext("{n} day", "{n} days", oldest).format(n=oldest)
    return _("{n} to {m} days").format(n=youngest, m=oldest)


def _time(minutes: int) -> str:
    if minutes < MINUTES_OF_AN_HOUR:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if minutes < MINUTES_OF_A_DAY:
        hours = minutes // MINUTES_OF_AN_HOUR
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    whole = minutes // MINUTES_OF_A_DAY
    return ngettext("{n} day", "{n} days", whole).format(n=whole)
