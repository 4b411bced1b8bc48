"""What the page of reports shows: a few numbers, compared with the days before, and their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words, number_in_words
from makegood.desk import report_tables
from makegood.desk.report_tables import Table
from makegood.desk.report_words import compared, half_and_most, share_in_words
from makegood.money import Money
from makegood.orders.models import Product
from makegood.queue import board
from makegood.refund_requests.counting import count_in
from makegood.refund_requests.exceptions import exceptions_between
from makegood.refund_requests.states import State
from makegood.reports.counted import Counted, Outcome
from makegood.reports.periods import ONE_DAY, Period
from makegood.reports.reading import Totals, by_day, totals, waiting_since

DECIDED = (Outcome.REFUND, Outcome.DECLINE)
PROMISED = (Counted.PROMISE_DUE, Counted.PROMISE_MISSED)


@dataclass(frozen=True)
class Report:
    """A report on `period`, compared with `before`; `now` and `numbers` are of partials/numbers.html."""

    period: Period
    before: Period
    now: Sequence[dict[str, str]]
    numbers: Sequence[dict[str, str]]
    tables: Sequence[Table]
    is_empty: bool

    def table(self, name: str) -> Table | None:
        """The table of this name; None: there is none."""
        return next((table for table in self.tables if table.name == name), None)


def report_on(period: Period, *, at: datetime, zone: ZoneInfo) -> Report:
    """The report on `period` as it stands `at`. Ten queries, whatever the number of requests."""
    today = at.astimezone(zone).date()
    found, before = totals(period, zone=zone), totals(period.before, zone=zone)
    kept, kept_before = _promises(period, found, today, zone), _promises(period.before, before, today, zone)
    over_time = by_day(period, zone=zone, what=[Counted.RECEIVED, Counted.OUTCOME])
    tables = [
        report_tables.over_time(over_time, period),
        report_tables.waiting(waiting_since(today=today, zone=zone), today=today),
        report_tables.times(found),
        report_tables.promises(*kept),
        report_tables.outcomes(found, before),
        report_tables.exceptions(*_exceptions(period, zone)),
        report_tables.returns(found, before),
        *report_tables.refunds(found, _product_names()),
    ]
    return Report(
        period,
        period.before,
        list(_now(at)),
        [*_numbers(found, before), _promise_number(kept, kept_before), *_money(found, before)],
        tables,
        is_empty=not (found.lines or before.lines or board.length()),
    )


def _promises(period: Period, found: Totals, today: date, zone: ZoneInfo) -> tuple[int, int]:
    """How many promises were due up to yesterday, and how many of them were missed."""
    over = period.until(today - ONE_DAY)
    if over is None:
        return 0, 0
    ended = found if over == period else totals(over, zone=zone, what=PROMISED)
    return ended.number(Counted.PROMISE_DUE), ended.number(Counted.PROMISE_MISSED)


def _exceptions(
    period: Period, zone: ZoneInfo
) -> tuple[Mapping[str, Money], Mapping[str, int], Mapping[str, int]]:
    """Of each currency what was granted beyond the policy, how often, and how often on the days before."""
    begins, ends = _moments(period, zone)
    rows = exceptions_between(_moments(period.before, zone)[0], ends).values("currency")
    found = rows.annotate(
        now=Count("pk", filter=Q(at__gte=begins)),
        before=Count("pk", filter=Q(at__lt=begins)),
        minor=Sum("amount_minor", filter=Q(at__gte=begins), default=0),
    )
    told = list(found.order_by("currency"))
    return (
        {row["currency"]: Money(row["minor"], row["currency"]) for row in told},
        {row["currency"]: row["now"] for row in told},
        {row["currency"]: row["before"] for row in told},
    )


def _moments(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From its first midnight to the one after it."""
    ends = period.last + ONE_DAY
    return datetime.combine(period.first, time.min, zone), datetime.combine(ends, time.min, zone)


def _now(at: datetime) -> Iterator[dict[str, str]]:
    oldest = board.oldest_waiting_since()
    waiting = f"{reverse('desk:requests')}?state={State.WAITING}"
    yield {"label": _("Waiting now"), "value": number_in_words(board.length()), "url": waiting}
    yield {"label": _("Oldest unexamined"), "value": timesince(oldest, at, depth=1) if oldest else "–"}
    examined = f"{reverse('desk:requests')}?state={State.EXAMINING}"
    yield {
        "label": _("Examined now"),
        "value": number_in_words(count_in(State.EXAMINING)),
        "url": examined,
    }


def _numbers(found: Totals, before: Totals) -> Iterator[dict[str, str]]:
    for label, what, keys in [
        (_("Received"), Counted.RECEIVED, ()),
        (_("Decided"), Counted.OUTCOME, DECIDED),
    ]:
        number = found.number(what, *keys)
        note = compared(number, before.number(what, *keys))
        yield {"label": label, "value": number_in_words(number), "note": note}
    for label, what in [
        (_("First answer: half"), Counted.FIRST_ANSWER),
        (_("Decision: half"), Counted.DECISION),
    ]:
        half, most = half_and_most(found.by_key(what))
        yield {"label": label, "value": half, "note": most}


def _promise_number(now: tuple[int, int], before: tuple[int, int]) -> dict[str, str]:
    kept, kept_before = (
        share_in_words(now[0] - now[1], now[0]),
        share_in_words(before[0] - before[1], before[0]),
    )
    note = _("{share} before").format(share=kept_before) if before[0] else _("none before")
    return {"label": _("Promises kept"), "value": kept, "note": note}


def _money(found: Totals, before: Totals) -> Iterator[dict[str, str]]:
    sums, earlier = (each.minor_by_currency(Counted.REFUND_BY_GROUND) for each in (found, before))
    for currency in sorted({*sums, *earlier}):
        amount, was = Money(sums.get(currency, 0), currency), Money(earlier.get(currency, 0), currency)
        note = _("{amount} before").format(amount=amount_in_words(was))
        label = _("Refunded in {currency}").format(currency=currency)
        yield {"label": label, "value": amount_in_words(amount), "note": note}


def _product_names() -> dict[str, str]:
    return {str(pk): name for pk, name in Product.objects.values_list("pk", "name")}
