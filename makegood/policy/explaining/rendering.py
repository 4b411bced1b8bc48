"""An explanation as text, as HTML and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from makegood.policy.deciding.answers import Mark
from makegood.policy.explaining.explaining import ClauseLines, Explanation, Line
from makegood.policy.languages.known import LANGUAGES

SIGNS = {Mark.MET: "✓", Mark.NOT_MET: "✗", Mark.OPEN: "?", Mark.PERSON: "!", Mark.NOT_SO: "–"}


def as_text(explanation: Explanation) -> str:
    """Return an explanation as plain text, ready to print; ends with a newline."""
    phrases = LANGUAGES[explanation.language].phrases
    parts = ["\n".join(words for words in (explanation.headline, explanation.method) if words)]
    parts += _text_list(phrases.reckoned, explanation.reckoning)
    parts += _text_list(phrases.still_open, explanation.open)
    if explanation.clauses:
        parts.append("\n".join((phrases.conditions, *map(_clause_text, explanation.clauses))))
    return "\n\n".join([*parts, explanation.governed_by]) + "\n"


def _text_list(title: str, lines: Sequence[str]) -> list[str]:
    return ["\n".join((title, *(f"  {line}" for line in lines)))] if lines else []


def _clause_text(clause: ClauseLines) -> str:
    rows = [f"  {clause.number}. {clause.title}" + (f" ({clause.standing})" if clause.standing else "")]
    rows += [f"    {clause.note}"] if clause.note else []
    for line in clause.lines:
        rows.append(f"    {SIGNS[line.mark]} {line.id} {line.text} [{line.standing}]")
        rows += [f"      {words}" for words in (line.because, line.rule) if words]
    return "\n".join(rows)


def as_html(explanation: Explanation, *, level: int = 2, page: str | None = None) -> str:
    """Return an explanation as a safe HTML section whose headings begin at `level` (1 to 5).

    `page` is the address of the policy's page, to which clauses and conditions are linked; None: no links.
    """
    phrases = LANGUAGES[explanation.language].phrases
    parts = [f'<section class="explanation" lang="{escape(explanation.language)}">']
    parts.append(f"<h{level}>{escape(explanation.headline)}</h{level}>")
    parts += [f"<p>{escape(explanation.method)}</p>"] if explanation.method else []
    parts += _html_list(phrases.reckoned, explanation.reckoning, level + 1)
    parts += _html_list(phrases.still_open, explanation.open, level + 1)
    if explanation.clauses:
        parts += [f"<h{level + 1}>{escape(phrases.conditions)}</h{level + 1}>", "<ul>"]
        for clause in explanation.clauses:
            parts += _clause_html(clause, phrases.rule, page)
        parts.append("</ul>")
    parts += [f"<p><small>{escape(explanation.governed_by)}</small></p>", "</section>"]
    return "\n".join(parts) + "\n"


def _html_list(title: str, lines: Sequence[str], level: int) -> list[str]:
    items = [f"<li>{escape(line)}</li>" for line in lines]
    return [f"<h{level}>{escape(title)}</h{level}>", "<ul>", *items, "</ul>"] if items else []


def _clause_html(clause: ClauseLines, rule: str, page: str | None) -> Iterator[str]:
    title = _linked(f"{clause.number}. {clause.title}", clause.anchor, page)
    yield f"<li><strong>{title}</strong>" + (
        f" <em>{escape(clause.standing)}</em>" if clause.standing else ""
    )
    if clause.note:
        yield f"<p>{escape(clause.note)}</p>"
    if clause.lines:
        yield "<ul>"
        yield from (_line_html(line, rule, page) for line in clause.lines)
        yield "</ul>"
    yield "</li>"


def _line_html(line: Line, rule: str, page: str | None) -> str:
    words = [
        f'<span aria-hidden="true">{SIGNS[line.mark]}</span>',
        f"{_linked(line.id, line.anchor, page)} {escape(line.text)} <em>{escape(line.standing)}</em>",
    ]
    words += [f"<p>{escape(line.because)}</p>"] if line.because else []
    words += [f"<p>{escape(rule)} <code>{escape(line.rule)}</code></p>"] if line.rule else []
    return f'<li data-mark="{line.mark}">{" ".join(words)}</li>'


def _linked(words: str, anchor: str, page: str | None) -> str:
    if page is None:
        return escape(words)
    return f'<a href="{escape(page)}#{escape(anchor)}">{escape(words)}</a>'


def as_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON values; marks are their words (met, not_met, open, person, not_so)."""
    return asdict(explanation) | {
        "clauses": [
            asdict(clause) | {"lines": [asdict(line) | {"mark": str(line.mark)} for line in clause.lines]}
            for clause in explanation.clauses
        ],
        "reckoning": list(explanation.reckoning),
        "open": list(explanation.open),
    }
