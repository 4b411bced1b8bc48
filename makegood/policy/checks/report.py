"""All that can be said of one policy: what is found without a solver, and with it where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from makegood.policy.checks import conditions, overlaps, solver
from makegood.policy.checks.checking import check
from makegood.policy.checks.findings import Finding, Severity, in_order
from makegood.policy.checks.replies import CannotCompare
from makegood.policy.checks.solver import SECONDS
from makegood.policy.documents.policy import Policy

if TYPE_CHECKING:
    from makegood.policy.checks.proofs.proving import Proofs

ABOUT_CONDITIONS = (conditions.DEAD, conditions.IMPLIED, conditions.TWICE, conditions.EMPTY)


@dataclass(frozen=True, slots=True)
class Report:
    """What is found in one policy; `examples`: how many it has.

    `proved` counts the questions answered for every case, None where no proofs were made; `missing` then says
    why, or is "". `left_open` are the questions not answered in `seconds` each.
    """

    policy: Policy
    findings: tuple[Finding, ...]
    examples: int
    proved: int | None = None
    left_open: tuple[str, ...] = ()
    limits: str = ""
    missing: str = ""
    seconds: float = SECONDS

    @property
    def is_wrong(self) -> bool:
        """Whether something is found that makes the document wrong."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; `proofs` is null where none were made."""
        proofs = {"answered": self.proved, "left_open": list(self.left_open), "limits": self.limits}
        return {
            "file": self.policy.source,
            "version": self.policy.version,
            "fine": not self.is_wrong,
            "examples": self.examples,
            "findings": [finding.to_json(self.policy.source) for finding in self.findings],
            "proofs": proofs if self.proved is not None else None,
            "missing": self.missing,
        }


def report(policy: Policy, *, proving: bool = True, seconds: float = SECONDS) -> Report:
    """Return all that is found in a policy. `seconds` bounds each question to the solver.

    Without the solver, or with `proving` off, it is what can be seen without one.
    """
    found, examples = check(policy), len(policy.examples)
    if not proving:
        return Report(policy, found, examples)
    if not solver.installed():
        return Report(policy, found, examples, missing=f"{solver.WHAT_IT_ADDS} {solver.HOW_TO_INSTALL}")
    from makegood.policy.checks.proofs.proving import prove

    try:
        proofs = prove(policy, seconds)
    except CannotCompare as refusal:
        return Report(policy, found, examples, missing=str(refusal))
    findings = in_order((*_still(found, proofs), *_new(found, proofs)))
    left_open = tuple(dict.fromkeys(proofs.left_open))
    return Report(policy, findings, examples, proofs.proved, left_open, proofs.limits, seconds=seconds)


def _still(found: tuple[Finding, ...], proofs: Proofs) -> list[Finding]:
    """What was found without the solver, less the overlaps that it has looked at exactly."""
    if any("overlap" in question for question in proofs.left_open):
        return list(found)
    return [finding for finding in found if finding.about != overlaps.OVERLAP]


def _new(found: tuple[Finding, ...], proofs: Proofs) -> list[Finding]:
    """What only the solver found."""
    told = {finding.span for finding in found if finding.about in ABOUT_CONDITIONS}
    return [
        finding
        for finding in proofs.findings
        if finding.about not in ABOUT_CONDITIONS or finding.span not in told
    ]
