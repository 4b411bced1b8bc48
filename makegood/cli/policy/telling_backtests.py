"""Tells a back-test: as tables for people, as JSON for programs, as a chart for a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from makegood.policy.bulk.backtest import CLAUSE, Backtest, Group, Interval, before, more, refunded
from makegood.policy.bulk.chart import Bar, chart

OUTCOMES = {"eligible": "refund", "ineligible": "refuse", "needs_review": "open"}
LABEL = 22  # characters of a table's first column before it is broken
WHY = {
    "to_establish": "facts to establish",
    "person": "a person decides",
    "not_covered": "not covered, a person decides",
    "contradiction": "clauses contradict each other",
}


def tell(found: Backtest, by: Sequence[str]) -> None:
    """Print the back-test."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(_headline(found))
    ends = sorted(
        found.groups, key=lambda each: (list(OUTCOMES).index(each.outcome), each.why, each.currency or "")
    )
    _table(console, found, "outcome", [(_ending(each), [each]) for each in ends])
    for name in by:
        _table(console, found, name, _named(found, name))
    for sentence in conclusions(found):
        console.print(sentence)


def conclusions(found: Backtest) -> Iterator[str]:
    """Yield one sentence for each currency: what is refunded, and what the change does."""
    for currency in found.currencies:
        least = refunded(found.groups, currency)
        yield f"Version {found.policy.version} refunds {_between(least, currency)}."
        if found.against:
            old, change = before(found.groups, currency), more(found.groups, currency)
            yield f"Version {found.against.version} refunds {_between(old, currency)}."
            yield _change(change, currency)


def left_out(unread: Mapping[str, int]) -> Iterator[str]:
    """Yield one sentence for each fact that rows are left out for."""
    for fact, rows in unread.items():
        are = "row is" if rows == 1 else "rows are"
        yield f"{rows:,} {are} left out: what was told of `{fact}` is not of the kind this text asks for."


def as_json(found: Backtest, by: Sequence[str]) -> dict[str, Any]:
    """Return the back-test as JSON values; amounts are decimal texts."""
    told: dict[str, Any] = {
        "policy": found.policy.name,
        "version": found.policy.version,
        "sha256": found.policy.sha256,
        "against": found.against and {"version": found.against.version, "sha256": found.against.sha256},
        "rows": found.rows,
        "totals": _totals(found, found.groups),
        "outcomes": [
            {"outcome": outcome, "why": why, "rows": _rows(groups), "totals": _totals(found, groups)}
            for (outcome, why), groups in _outcomes(found).items()
        ],
    }
    for name in by:
        told.setdefault("by", {})[name] = [
            {name: value, "rows": _rows(groups), "totals": _totals(found, groups)}
            for value, groups in found.by(name).items()
        ]
    return told


def picture(found: Backtest, by: Sequence[str]) -> str:
    """Return the chart: the first thing asked for apart, else the versions; in the currency of most rows."""
    rows = {
        each: sum(group.rows for group in found.groups if group.currency == each) for each in found.currencies
    }
    currency = max(rows, key=lambda each: rows[each], default="")
    what = "Change" if found.against else "Refunds"
    measured = more if found.against else refunded
    title = f"{what} by version {found.policy.version}, {found.rows:,} rows"
    bars = [
        Bar(label, measured(groups, currency)) for name in by[:1] for label, groups in _named(found, name)
    ]
    if found.against:
        bars.append(Bar(f"version {found.against.version}", before(found.groups, currency)))
        bars.append(Bar(f"version {found.policy.version}", refunded(found.groups, currency)))
    return chart(
        title,
        currency,
        [*bars, Bar("all rows" if not found.against else "change", measured(found.groups, currency))],
    )


def _headline(found: Backtest) -> str:
    against = f" against version {found.against.version}" if found.against else ""
    return f"{found.policy.name}, version {found.policy.version}{against}: {found.rows:,} rows."


def _table(
    console: Console, found: Backtest, name: str, parts: Iterable[tuple[str, Sequence[Group]]]
) -> None:
    """Print one line for each thing told apart and each currency in it."""
    gathered: dict[tuple[str, str], list[Group]] = {}
    for label, groups in parts:
        for group in groups:
            gathered.setdefault((label, group.currency or ""), []).append(group)
    table = Table(name, "rows", "currency", "at least", "at most", *(["changes by"] if found.against else []))
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    table.columns[0].min_width = LABEL
    labels = list(dict.fromkeys(label for label, _ in gathered))
    last = ""
    for (label, currency), groups in sorted(
        gathered.items(), key=lambda one: (labels.index(one[0][0]), one[0][1])
    ):
        money, change = refunded(groups, currency), more(groups, currency)
        row = ["" if label == last else label, f"{_rows(groups):,}", currency]
        row += [f"{money.least:,}", _most(money)] if currency else ["", ""]
        row += [f"{change.least:+,} … {_most(change, '+')}" if currency else ""] if found.against else []
        table.add_row(*row)
        last = label
    console.print(table)


def _named(found: Backtest, name: str) -> list[tuple[str, Sequence[Group]]]:
    titles = {clause.number: f"{clause.number}. {clause.title}" for clause in found.policy.clauses}
    return [
        ((titles[value] if value else "no clause") if name == CLAUSE else _spoken(value), groups)
        for value, groups in found.by(name).items()
    ]


def _spoken(value: Any) -> str:
    return {None: "unknown", True: "yes", False: "no"}.get(value, str(value))


def _ending(group: Group) -> str:
    outcome = OUTCOMES[group.outcome]
    return f"{outcome}: {WHY[group.why]}" if group.why in WHY else outcome


def _outcomes(found: Backtest) -> dict[tuple[str, str], list[Group]]:
    gathered: dict[tuple[str, str], list[Group]] = {}
    for group in found.groups:
        gathered.setdefault((str(group.outcome), str(group.why)), []).append(group)
    return dict(sorted(gathered.items()))


def _totals(found: Backtest, groups: Sequence[Group]) -> list[dict[str, Any]]:
    told = []
    for currency in found.currencies:
        one: dict[str, Any] = {"currency": currency, "refunded": _told(refunded(groups, currency))}
        if found.against:
            one |= {"before": _told(before(groups, currency)), "change": _told(more(groups, currency))}
        told.append(one)
    return told


def _told(money: Interval) -> dict[str, Any]:
    return {"at_least": str(money.least), "at_most": str(money.most), "rows_without_bound": money.unbounded}


def _rows(groups: Sequence[Group]) -> int:
    return sum(group.rows for group in groups)


def _most(money: Interval, sign: str = "") -> str:
    return f"{money.most:{sign},}" + (f" + {money.unbounded:,} rows" if money.unbounded else "")


def _between(money: Interval, currency: str) -> str:
    if money.least == money.most and not money.unbounded:
        return f"{money.least:,} {currency}"
    rows = f", and {money.unbounded:,} rows have no bound" if money.unbounded else ""
    return f"at least {money.least:,} and at most {money.most:,} {currency}{rows}"


def _change(change: Interval, currency: str) -> str:
    rows = f" {change.unbounded:,} rows have no bound." if change.unbounded else ""
    if change.least == change.most == 0:
        return f"The change neither saves nor costs anything in {currency}.{rows}"
    bounded = Interval(change.least, change.most)
    if change.most <= 0:
        return f"The change saves {_between(Interval(-change.most, -change.least), currency)}.{rows}"
    if change.least >= 0:
        return f"The change costs {_between(bounded, currency)}.{rows}"
    return f"The change may save up to {-change.least:,} or cost up to {change.most:,} {currency}.{rows}"
