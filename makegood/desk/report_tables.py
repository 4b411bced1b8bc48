"""The tables of a report, each with its chart; the same rows are shown, drawn and downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words, day_in_words, number_in_words
from makegood.desk import charts
from makegood.desk.report_words import BACK, OUTCOMES, age_words, bound_words
from makegood.desk.standing import ground_words
from makegood.money import Money
from makegood.reports.counted import BOUNDS, LONGER, Counted, Outcome
from makegood.reports.periods import Period
from makegood.reports.reading import Line, Totals
from makegood.sheets import Value

SHOWN = 12
"""So many rows of a long table are on the page; all of them are in the file."""
DRAWN_BY_DAY = 35
"""Up to so many columns, a chart over time has one for each day; of longer periods it shows weeks."""
DRAWN_CHARACTERS = 28
WEEK = timedelta(weeks=1)
AGES: tuple[tuple[int, int | None], ...] = (
    (0, 0),
    (1, 1),
    (2, 3),
    (4, 7),
    (8, 14),
    (15, 28),
    (29, 56),
    (57, None),
)
"""Ages of waiting requests in days, from and up to; None: without end."""
UNKNOWN = "–"

ByDay = Mapping[tuple[Counted, str, date], int]


@dataclass(frozen=True)
class Cell:
    """What the page shows of a value; `label` is the word above its column."""

    label: str
    text: str


@dataclass(frozen=True)
class Table:
    """One table: `name` is its address, `header` its columns, of which all but the first are numbers.

    A column of money has one word in `header` and two in the file.
    """

    name: str
    title: str
    hint: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    chart: charts.Bars | charts.Columns | None = None

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        """The rows on the page."""
        return [
            [_cell(label, value) for label, value in zip(self.header, row, strict=True)]
            for row in self.rows[:SHOWN]
        ]

    @property
    def further(self) -> int:
        """How many rows are only in the file."""
        return max(len(self.rows) - SHOWN, 0)

    @property
    def header_of_file(self) -> list[str]:
        """The header, with a word of its own for the currency of each amount."""
        first = self.rows[0] if self.rows else ()
        words: list[str] = []
        for place, word in enumerate(self.header):
            words.append(word)
            if place < len(first) and isinstance(first[place], Money):
                words.append(_("Currency"))
        return words


def over_time(numbers: ByDay, period: Period) -> Table:
    """What came in and what was decided, by day or, in longer periods, by week; the newest first."""
    by_week = period.length > DRAWN_BY_DAY
    rows = [
        (first, sum(_received(numbers, day) for day in days), sum(_decided(numbers, day) for day in days))
        for first, days in (_weeks(period) if by_week else ((day, [day]) for day in period.days()))
    ]
    title = _("Received and decided")
    series = [_("Received"), _("Decided")]
    told = _("{received} received, {decided} decided; the table has each number.").format(
        received=number_in_words(sum(row[1] for row in rows)),
        decided=number_in_words(sum(row[2] for row in rows)),
    )
    drawn = charts.columns(title, told, series, [(day_in_words(row[0]), row[1:]) for row in rows])
    header = [_("Week from") if by_week else _("Day"), *series]
    hint = _("Decided: refunds and declined requests, as long as the decision stands.")
    return Table("over-time", title, hint, header, rows[::-1], drawn)


def waiting(since: Mapping[date, int], *, today: date) -> Table:
    """The queue now, by age."""
    ages = {day: (today - day).days for day in since}
    rows = [
        (
            age_words(youngest, oldest),
            sum(since[day] for day, age in ages.items() if _is_in(age, youngest, oldest)),
        )
        for youngest, oldest in AGES
    ]
    return _bars("waiting", _("In the queue now, by age"), "", [_("Days in the queue"), _("Requests")], rows)


def times(found: Totals) -> Table:
    """How long the first answer and the decision took, by bucket."""
    answers, decisions = found.by_key(Counted.FIRST_ANSWER), found.by_key(Counted.DECISION)
    buckets = [
        bucket for bucket in (*map(str, BOUNDS), LONGER) if answers.get(bucket) or decisions.get(bucket)
    ]
    rows = [(bound_words(bucket), answers.get(bucket, 0), decisions.get(bucket, 0)) for bucket in buckets]
    hint = _(
        "Real time since the request was received, nights and holidays in it. Each is counted in the first "
        "line that it fits in, so “half: ≤ 4 hours” is exact, but not how far below 4 hours."
    )
    header = [_("Time"), _("First answers"), _("First decisions")]
    drawn = charts.bars(
        _("Time to the first decision"), hint, [(row[0], row[2], number_in_words(row[2])) for row in rows]
    )
    return Table("times", _("How long it took"), hint, header, rows, drawn)


def promises(due: int, missed: int) -> Table:
    """How many promised updates were kept."""
    rows = [(_("Kept"), due - missed), (_("Missed"), missed)]
    hint = _("Promises that were due on these days, up to yesterday: those of today can still be kept.")
    return _bars("promises", _("Promised updates"), hint, [_("Promise"), _("Number")], rows)


def outcomes(found: Totals, before: Totals) -> Table:
    """What requests came to."""
    rows = _beside(Counted.OUTCOME, [outcome.value for outcome in Outcome], OUTCOMES, found, before)
    hint = _(
        "Counted on the day of the decision, as long as it stands: one that is opened again is taken away."
    )
    header = [_("Outcome"), _("Requests"), _("Before")]
    return _bars("outcomes", _("What requests came to"), hint, header, rows)


def exceptions(sums: Mapping[str, Money], numbers: Mapping[str, int], before: Mapping[str, int]) -> Table:
    """What was decided beyond the policy, by currency; agreed to by a second person or not."""
    title = _("Exceptions to the policy")
    hint = _(
        "Decisions that give more than the policy grants, on these days; agreed to or not. "
        "Why is in each ticket."
    )
    rows = [(currency, numbers[currency], before[currency], sums[currency]) for currency in sums]
    header = [_("Exceptions in"), _("Decisions"), _("Before"), _("Sum")]
    drawn = charts.bars(title, hint, [(row[0], row[1], number_in_words(row[1])) for row in rows])
    return Table("exceptions", title, hint, header, rows, drawn)


def returns(found: Totals, before: Totals) -> Table:
    """Why requests came back to the queue."""
    rows = _beside(Counted.BACK, list(BACK), BACK, found, before)
    hint = _("One request can come back several times. What people wrote as their reason is in its events.")
    return _bars("returns", _("Back in the queue"), hint, [_("Why"), _("Times"), _("Before")], rows)


def refunds(found: Totals, products: Mapping[str, str]) -> Iterator[Table]:
    """Money that left us, by each thing it can be told apart by; `products`: key → name."""
    whole = _("Refunds that left us on these days and did not come back. Currencies are never added up.")
    by_clause = _(
        "A refund that rests on several clauses is counted for each of them, so these add up to more."
    )
    ways: Sequence[tuple[Counted, str, str, str, Callable[[Line], str]]] = [
        (
            Counted.REFUND_BY_GROUND,
            "ground",
            _("Refunds by ground"),
            _("Ground"),
            lambda line: ground_words(line.key),
        ),
        (
            Counted.REFUND_BY_PRODUCT,
            "product",
            _("Refunds by product"),
            _("Product"),
            lambda line: products.get(line.key, UNKNOWN),
        ),
        (
            Counted.REFUND_BY_CLAUSE,
            "clause",
            _("Refunds by clause"),
            _("Clause"),
            lambda line: _("{clause}, version {version}").format(clause=line.key, version=line.under),
        ),
        (
            Counted.REFUND_BY_PROVIDER,
            "provider",
            _("Refunds by payment provider"),
            _("Payment provider"),
            _key,
        ),
        (Counted.REFUND_BY_VERSION, "version", _("Refunds by version of the policy"), _("Version"), _key),
    ]
    for what, name, title, label, called in ways:
        lines = sorted(found.of(what), key=lambda line: (-line.number, line.currency, -line.amount_minor))
        rows = [
            (called(line) or UNKNOWN, line.number, Money(line.amount_minor, line.currency)) for line in lines
        ]
        drawn = charts.bars(title, whole, [_drawn(*row) for row in rows[:SHOWN]])
        hint = by_clause if what == Counted.REFUND_BY_CLAUSE else whole
        yield Table(f"refunds-by-{name}", title, hint, [label, _("Refunds"), _("Sum")], rows, drawn)


def _bars(
    name: str, title: str, hint: str, header: Sequence[str], rows: Sequence[tuple[str | int, ...]]
) -> Table:
    """A table whose second column is drawn."""
    numbers = [(str(row[0]), int(row[1]), number_in_words(int(row[1]))) for row in rows]
    most = max(numbers, key=lambda row: row[1])
    told = _("Most: {words}, {number}.").format(words=most[0], number=most[2])
    return Table(name, title, hint, header, rows, charts.bars(title, told, numbers))


def _drawn(words: str, number: int, amount: Money) -> tuple[str, int, str]:
    # Words of a drawing are not broken into lines.
    return f"{Truncator(words).chars(DRAWN_CHARACTERS)} ({amount.currency})", number, number_in_words(number)


def _beside(
    what: Counted, keys: Sequence[str], words: Mapping[str, Promise], found: Totals, before: Totals
) -> list[tuple[str | int, ...]]:
    return [(str(words[key]), found.number(what, key), before.number(what, key)) for key in keys]


def _weeks(period: Period) -> Iterator[tuple[date, list[date]]]:
    days = list(period.days())
    for place in range(0, len(days), WEEK.days):
        yield days[place], days[place : place + WEEK.days]


def _received(numbers: ByDay, day: date) -> int:
    return sum(
        number for (what, _key, on), number in numbers.items() if (what, on) == (Counted.RECEIVED, day)
    )


def _decided(numbers: ByDay, day: date) -> int:
    decided = (Outcome.REFUND, Outcome.DECLINE)
    return sum(numbers.get((Counted.OUTCOME, outcome.value, day), 0) for outcome in decided)


def _is_in(age: int, youngest: int, oldest: int | None) -> bool:
    # What a clock ahead of ours put into the queue waits since today.
    return youngest <= max(age, 0) and (oldest is None or max(age, 0) <= oldest)


def _cell(label: str, value: Value) -> Cell:
    if isinstance(value, Money):
        return Cell(label, amount_in_words(value))
    if isinstance(value, date):
        return Cell(label, day_in_words(value))
    return Cell(label, number_in_words(value) if isinstance(value, int) else str(value))


def _key(line: Line) -> str:
    return line.key
