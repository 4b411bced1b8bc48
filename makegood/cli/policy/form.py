"""`makegood policy form FILE --ground G`: the questions a form asks, in JSON."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from makegood.cli.policy.reading import Refused, as_json, policy_of

if TYPE_CHECKING:
    from makegood.policy import Fact, Policy
    from makegood.policy.documents.clauses import Clause

HELP = "Print the questions that a form asks a customer, as JSON."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `form` takes."""
    parser.add_argument("file", metavar="FILE", help="a policy document, - for standard input")
    parser.add_argument(
        "--ground", metavar="G", help="why the customer asks; without it, the form for any ground"
    )
    parser.add_argument(
        "--everyone", action="store_true", help="also what is looked up, and what staff must find out"
    )
    parser.add_argument("--json", action="store_true", help="as it does anyway: there is no other form")


def run(options: Namespace) -> int:
    """Print the form. Raises Refused, PolicyErrors."""
    policy = policy_of(options.file)
    print(as_json(form_of(policy, options.ground, everyone=options.everyone)))
    return 0


def form_of(policy: Policy, ground: str | None, *, everyone: bool = False) -> dict[str, Any]:
    """Return the form of one ground, or, for None, of a case whose ground is open. Raises Refused."""
    from makegood.policy import Source

    if ground is not None:
        _check(policy, ground)
    values = policy.on_ground(ground)
    clauses = [clause for clause in policy.clauses if policy.applies(clause, values) is not False]
    used = _used(policy, clauses)
    needed = _needed(policy, clauses)
    asks = set(Source) if everyone else {Source.CUSTOMER, Source.REQUEST}
    return {
        "policy": policy.name,
        "version": policy.version,
        "grounds": [
            {"value": each.value, "label": each.label, "hint": each.hint or None, "orders": each.picks}
            for each in policy.grounds
        ],
        "ground": ground,
        "questions": [
            _question(policy, fact, required=name in needed and fact.if_missing is None)
            for name, fact in policy.facts.items()
            if name in used and fact.source in asks and policy.concerns(name, values) is not False
        ],
    }


def _check(policy: Policy, ground: str) -> None:
    from makegood.policy.errors import nearest

    values = [each.value for each in policy.grounds]
    if not values:
        raise Refused(f"{policy.source} has no grounds; leave --ground out.")
    if ground not in values:
        near = nearest(ground, values)
        ending = f"Did you mean {near}?" if near else f"There are {', '.join(values)}."
        raise Refused(f"{policy.source} has no ground `{ground}`. {ending}")


def _used(policy: Policy, clauses: Collection[Clause]) -> set[str]:
    """The facts that the rules of these clauses use, and those that say whether one of them is asked for."""
    used = policy.facts_under(name for clause in clauses for rule in clause.rules() for name in rule.names)
    asked_when = [policy.asked_when[name] for name in used if name in policy.asked_when]
    return used | policy.facts_under(name for rule in asked_when for name in rule.names)


def _needed(policy: Policy, clauses: Collection[Clause]) -> set[str]:
    """The facts without which a request is not complete: those in the lists `We need from you`."""
    from makegood.policy.documents.clauses import Role

    rules = [
        condition.rule
        for clause in clauses
        for part in clause.parts
        if part.role is Role.NEEDED
        for condition in part.conditions
    ]
    return policy.facts_under(name for rule in rules for name in rule.names)


def _question(policy: Policy, fact: Fact, *, required: bool) -> dict[str, Any]:
    applies = policy.asked_when.get(fact.name)
    return {
        "name": fact.name,
        "kind": str(fact.kind),
        "question": fact.question,
        "hint": fact.hint or None,
        "choices": list(fact.choices),
        "fields": {name: str(kind) for name, kind in fact.fields.items() if name},
        "items": str(fact.fields[""]) if "" in fact.fields else None,
        "required": required,
        "who": str(fact.source),
        "applies_when": applies.text if applies else None,
    }
