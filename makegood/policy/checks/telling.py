"""What checks found, in lines of text for the owner of a policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from makegood.policy.checks.replies import Said
from makegood.policy.errors import Lines

if TYPE_CHECKING:
    from makegood.policy.checks.proofs.differences import Difference
    from makegood.policy.checks.report import Report


def report_in_text(found: Report) -> str:
    """Return all findings of a policy, then what was looked at."""
    policy = found.policy
    document = Lines(policy.source, policy.text)
    shown = [finding.shown(document) for finding in found.findings]
    lines = [f"{policy.source}: version {policy.version}, {_counted(found)}."]
    if found.missing:
        lines.append(found.missing)
    if found.proved is not None:
        lines.append(f"{found.proved} questions were answered for every case. {found.limits}")
    if found.left_open:
        lines.append(f"Not decided within {found.seconds:g} s each: {', '.join(found.left_open)}.")
    return "\n\n".join((*shown, "\n".join(lines)))


def difference_in_text(found: Difference) -> str:
    """Return what changes from one version to the next."""
    none = [change.kind.words for change in found.of(Said.NONE)]
    lines = [f"From {found.names[0]} to {found.names[1]}:", *_changes(found)]
    if len(none) == len(found.changes):
        lines.append("Every case is decided alike.")
    elif none:
        lines += ["", "No case of these kinds:", *(f"- {words}" for words in none)]
    return "\n".join((*lines, "", *found.notes, found.limits))


def strictness_in_text(found: Difference) -> str:
    """Return whether a policy is stricter than a statute, and how."""
    statute, policy = found.names
    if found.of(Said.CASE):
        said = f"{policy} is stricter than {statute}."
    elif found.of(Said.OPEN):
        said = f"It is not proved that {policy} is never stricter than {statute}."
    else:
        said = f"Proved: {policy} is never stricter than {statute}."
    return "\n".join((said, *_changes(found), "", *found.notes, found.limits))


def _changes(found: Difference) -> Iterator[str]:
    """The lines that tell each change with its case, and what was not found out."""
    for change in found.of(Said.CASE):
        yield from ("", f"{change.kind.words[:1].upper()}{change.kind.words[1:]}. For example:")
        if change.reply.witness:
            yield from (f"  {line}" for line in change.reply.witness.lines())
    for change in found.of(Said.OPEN):
        yield from ("", f"Not proved, and no case is known: {change.kind.words} ({change.reply.why}).")


def _counted(found: Report) -> str:
    failed = sum(finding.about == "example" for finding in found.findings)
    severities = [str(finding.severity) for finding in found.findings]
    counts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for word in ("error", "warning", "note")
        if (count := severities.count(word))
    ]
    passed = f"{found.examples - failed} of {found.examples} examples come out as written"
    return f"{', '.join(counts) or 'nothing found'}; {passed}"
