"""A back-test as a picture (SVG): for each group a bar of what is certain, paler what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from makegood.policy.bulk.backtest import Interval

WIDTH, LABEL, ROW, TOP, AMOUNTS = 1000, 220, 34, 64, 320
# Each by its name: what draws a PNG finds no sans-serif by that word where Arial and its like are missing.
FONTS = (
    "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', "
    "sans-serif"
)
CERTAIN, OPEN, INK, RULE = "#1f5f5b", "#a9cfca", "#1c2421", "#d5dcda"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart."""

    label: str
    interval: Interval


def chart(title: str, currency: str, bars: Sequence[Bar]) -> str:
    """Return the picture; amounts left of the axis are negative."""
    ends = [Decimal(0), *(end for bar in bars for end in (bar.interval.least, bar.interval.most))]
    scale = _Scale(min(ends), max(ends))
    height = TOP + ROW * len(bars) + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="{FONTS}" '
        f'font-size="13" fill="{INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="26" font-size="16" font-weight="600">{escape(title)}</text>',
        *_legend(currency),
        f'<line x1="{scale.zero}" x2="{scale.zero}" y1="{TOP - 4}" y2="{height - 12}" stroke="{RULE}"/>',
    ]
    for place, bar in enumerate(bars):
        lines += _bar(bar, TOP + ROW * place, scale)
    return "\n".join([*lines, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Scale:
    low: Decimal
    high: Decimal

    def at(self, amount: Decimal) -> float:
        room, span = WIDTH - LABEL - AMOUNTS, self.high - self.low
        return round(LABEL + float((amount - self.low) / span) * room, 1) if span else float(LABEL)

    @property
    def zero(self) -> float:
        return self.at(Decimal(0))


def _legend(currency: str) -> list[str]:
    return [
        f'<rect x="16" y="38" width="12" height="12" fill="{CERTAIN}"/>',
        f'<text x="34" y="49">certain, {escape(currency)}</text>',
        f'<rect x="160" y="38" width="12" height="12" fill="{OPEN}"/>',
        '<text x="178" y="49">depends on facts nobody has told, or on a person</text>',
    ]


def _bar(bar: Bar, y: int, scale: _Scale) -> list[str]:
    least, most = bar.interval.least, bar.interval.most
    certain = least if least > 0 else most if most < 0 else Decimal(0)
    amounts = f"{least:,}" if least == most else f"{least:,} … {most:,}"
    unbounded = f" and {bar.interval.unbounded:,} without bound" if bar.interval.unbounded else ""
    return [
        f'<text x="16" y="{y + 19}">{escape(_short(bar.label))}</text>',
        _rect(scale, least, most, y, OPEN),
        _rect(scale, Decimal(0), certain, y, CERTAIN),
        f'<text x="{WIDTH - AMOUNTS + 12}" y="{y + 19}">{escape(amounts + unbounded)}</text>',
    ]


def _rect(scale: _Scale, one: Decimal, other: Decimal, y: int, fill: str) -> str:
    left, right = sorted((scale.at(one), scale.at(other)))
    return f'<rect x="{left}" y="{y + 5}" width="{round(right - left, 1)}" height="20" fill="{fill}"/>'


def _short(label: str) -> str:
    return label if len(label) <= 26 else label[:25] + "…"
