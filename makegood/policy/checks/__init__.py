"""Checks and proofs of policies: what can be found wrong before a customer finds it."""

from makegood.policy.checks.checking import check
from makegood.policy.checks.findings import Finding, Severity, problem_to_json
from makegood.policy.checks.witnesses import Witness

__all__ = ["Finding", "Severity", "Witness", "check", "problem_to_json"]
