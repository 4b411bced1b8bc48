"""What checks find in a policy: how grave it is, where, what to do, and a case that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from makegood.policy.checks.witnesses import Witness
from makegood.policy.errors import Lines, Problem, Span


class Severity(StrEnum):
    """How grave a finding is. An error makes the document wrong; a warning is likely a mistake."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `about` names the kind of finding for programs; `witness`: a case that shows it.

    `what_to_do` and `witness` are empty where there is nothing to say.
    """

    severity: Severity
    about: str
    span: Span
    message: str
    what_to_do: str = ""
    witness: Witness | None = None

    def shown(self, lines: Lines) -> str:
        """Return the finding as compilers print it: place, line, underline, what to do, the case."""
        rows = [lines.shown(Problem(self.span, f"{self.severity}: {self.message}"))]
        if self.what_to_do:
            rows.append(f"      what to do: {self.what_to_do}")
        if self.witness:
            rows.append("      a case:")
            rows += [f"        {line}" for line in self.witness.lines()]
        return "\n".join(rows)

    def to_json(self, source: str) -> dict[str, Any]:
        """Return the finding as JSON values; line and column count from 1."""
        return {
            "severity": str(self.severity),
            "about": self.about,
            "file": source,
            "line": self.span.line,
            "column": self.span.column,
            "length": self.span.length,
            "message": self.message,
            "what_to_do": self.what_to_do,
            "witness": self.witness.to_json() if self.witness else None,
        }


def problem_to_json(source: str, problem: Problem) -> Mapping[str, Any]:
    """Return a mistake that keeps a document from being read, in the shape of a finding."""
    advice = [f"expected: {problem.expected}"] if problem.expected else []
    advice += [f"did you mean {problem.near}?"] if problem.near else []
    finding = Finding(Severity.ERROR, "not readable", problem.span, problem.message, "; ".join(advice))
    return finding.to_json(source)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings as the document goes; the gravest of one place first."""
    gravity = list(Severity)
    return tuple(sorted(findings, key=lambda found: (found.span, gravity.index(found.severity))))
