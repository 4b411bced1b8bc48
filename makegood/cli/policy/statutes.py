"""Statutes above a policy, as `decide` and `explain` take them: the better result for the customer counts."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from makegood.cli.policy.reading import policy_of

if TYPE_CHECKING:
    from makegood.policy import Answer, Policy
    from makegood.policy.deciding.layers import Layered

Decider = Callable[[Mapping[str, object]], "Answer | Layered"]


def add_argument(parser: ArgumentParser) -> None:
    """Add `--statute`."""
    parser.add_argument(
        "--statute",
        metavar="FILE",
        action="append",
        default=[],
        help="a statute above the policy, as a document of its own: what is better for the customer counts; "
        "may be given several times",
    )


def decider(policy: Policy, files: Sequence[str]) -> Decider:
    """Return what decides a case: the policy, and the statutes in these files above it.

    Raises Refused, PolicyErrors; the decider raises FactError.
    """
    from makegood.policy import decide
    from makegood.policy.deciding.layers import decide_above

    if not files:
        return lambda facts: decide(policy, facts)
    statutes = [policy_of(file) for file in files]
    return lambda facts: decide_above(policy, statutes, facts)


def answer_of(found: Answer | Layered) -> Answer:
    """Return the answer that counts."""
    from makegood.policy.deciding.layers import Layered

    return found.answer if isinstance(found, Layered) else found


def documents(found: Answer | Layered) -> dict[str, Any]:
    """Return which document counts (`statute`: its name, None for the policy) and what each of them says.

    Empty where there are no statutes; of these only those are told that speak of the case.
    """
    from makegood.policy.deciding.layers import Layered

    if not isinstance(found, Layered):
        return {}
    return {"statute": found.statute, "documents": [_said(answer) for answer in (found.own, *found.floors)]}


def _said(answer: Answer) -> dict[str, Any]:
    said = ("policy", "version", "outcome", "why", "amount", "currency")
    trace = answer.to_json()
    return {key: trace[key] for key in said}


def notes(found: Answer | Layered) -> Iterator[str]:
    """Yield in sentences which document counts, and what the others say; none where there are no statutes."""
    from makegood.policy import explain
    from makegood.policy.deciding.layers import Layered

    if not isinstance(found, Layered):
        return
    counts = found.answer
    if found.statute is None:
        yield "The policy counts: no statute is better for the customer here."
    else:
        statute = f"{counts.policy}, version {counts.version}"
        yield f"{statute}, counts: it is better for the customer than the policy."
    for answer in (found.own, *found.floors):
        if answer is not counts:
            yield f"{answer.policy}, version {answer.version}, by itself: {explain(answer).headline}"
