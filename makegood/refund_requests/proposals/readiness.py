"""What speaks against publishing a text: it must be right, decide as it says, and begin in the future."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.policy import Policy, PolicyErrors
from makegood.policy.documents.examples import ExampleResult
from makegood.refund_requests import policies


class NotReady(Exception):
    """The text cannot be published yet; `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def reasons_against(text: str, *, at: datetime) -> list[str]:
    """Return why a text cannot be published at `at`, in sentences; empty when nothing speaks against it."""
    try:
        policy = Policy.parse(text, source="policy")
    except PolicyErrors as errors:
        count = len(errors.problems)
        words = ngettext(
            "{count} place in the document is wrong.", "{count} places in the document are wrong.", count
        )
        return [words.format(count=count)]
    return list(reasons_against_policy(policy, policy.run_examples(), at=at))


def reasons_against_policy(
    policy: Policy, examples: Iterable[ExampleResult], *, at: datetime
) -> Iterator[str]:
    """Yield why a policy that could be read, and whose examples were run, cannot be published at `at`."""
    failing = [result.example.case for result in examples if not result.passed]
    if failing:
        yield _("Examples come out differently: {cases}.").format(cases=", ".join(failing))
    if not policy.examples:
        yield _("There is no example; the examples say what is meant.")
    today = at.astimezone(policy.zone).date()
    if policy.in_force_from <= today:
        yield _(
            "It would be in force from {day}, but purchases of that day are governed "
            "already; `in_force_from` must be tomorrow or later."
        ).format(day=policy.in_force_from)
    for version in policies.published():
        if version.version == policy.version:
            words = _("Version {version} is published already; give this one a name of its own.")
            yield words.format(version=policy.version)
        if version.in_force_from == policy.in_force_from:
            words = _("Version {version} is in force from {day} too; take another day.")
            yield words.format(version=version.version, day=policy.in_force_from)
