"""What is to be said of a policy that is being written: mistakes, findings, examples, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from makegood.policy import Policy, PolicyErrors
from makegood.policy.checks import Finding, check
from makegood.policy.documents.examples import ExampleResult
from makegood.policy.errors import Lines

NAME = "policy"


@dataclass(frozen=True)
class Mistake:
    """Something that keeps the document from being read, with the line (from 1) it is in."""

    line: int
    shown: str


@dataclass(frozen=True)
class Checked:
    """A text after checking. `policy` is None while it has mistakes; all else is then empty."""

    text: str
    mistakes: Sequence[Mistake] = ()
    policy: Policy | None = None
    findings: Sequence[Finding] = ()
    examples: Sequence[ExampleResult] = ()

    @property
    def failing(self) -> list[ExampleResult]:
        """The examples that come out differently from what is written beside them."""
        return [example for example in self.examples if not example.passed]

    @property
    def page(self) -> SafeString:
        """The document as customers read it, each rule beside its sentence."""
        # page_html lets through a fixed list of tags and attributes only.
        return mark_safe(self.policy.page_html()) if self.policy else SafeString("")  # noqa: S308

    @property
    def found(self) -> list[tuple[Finding, str]]:
        """Each finding of the checks, with the text that shows its place."""
        lines = Lines(NAME, self.text)
        return [(finding, finding.shown(lines)) for finding in self.findings]


def checked(text: str) -> Checked:
    """Return a text read, checked and with its examples run."""
    try:
        policy = Policy.parse(text, source=NAME)
    except PolicyErrors as errors:
        return Checked(text, [Mistake(each.span.line, errors.shown(each)) for each in errors.problems])
    examples = policy.run_examples()
    about = [finding for finding in check(policy) if finding.about != "example"]
    return Checked(text, policy=policy, findings=about, examples=examples)
