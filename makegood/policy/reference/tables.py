"""Tables in Markdown, and small policies that show how the engine behaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.policy.documents.policy import Policy
from makegood.policy.rules.numbers import half_up

HEAD = """---
policy: shown
version: "1"
in_force_from: 2026-01-01
calendar: Europe/Berlin
currency: EUR
holidays: DE
---
"""
SHOWN_PLACES = 4


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; a bar inside a cell is escaped."""
    names = list(headings)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """Return a text in back quotes."""
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    """Return texts in back quotes, commas between."""
    return ", ".join(map(code, texts))


def document(facts: Iterable[tuple[str, str]], *sections: str) -> Policy:
    """Return a policy of these sections with facts of these names and kinds."""
    rows = [[code(name), kind, "order"] for name, kind in facts]
    parts = (HEAD + "# Shown\n", *sections, "## Facts\n", table(("Fact", "Kind", "Who tells us"), rows))
    return Policy.parse("\n\n".join(parts) + "\n", source="shown.md")


def values_of(rules: Iterable[str], facts: Mapping[str, tuple[str, object]]) -> list[str]:
    """Return what each rule comes to in a case. `facts`: their kind and their value by name."""
    named = {f"term_{number}": rule for number, rule in enumerate(rules)}
    terms = table(("Term", "Rule"), [[name, code(rule)] for name, rule in named.items()])
    clause = "## 1. It {#it}\n\nWe refund `amount_paid` when **all** of these hold:\n\n- it is so. `TRUE`"
    policy = document(((name, kind) for name, (kind, _) in facts.items()), clause, "## Terms\n", terms)
    told = {name: value for name, (_, value) in facts.items()}
    return [shown(policy.term(name, told)) for name in named]


def shown(value: Any) -> str:
    """Return a value as rules and examples write it; a fraction with some places and `…`."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        rounded = half_up(value, SHOWN_PLACES)
        return f"{rounded.normalize():f}" + ("" if rounded == value else "…")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return f"'{value}'"
