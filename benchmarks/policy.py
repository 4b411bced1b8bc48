"""How fast a policy is decided on one core, against other engines and against Python written by hand.

Every figure of the first table is from one run: all contestants take turns on the same cases, and of each the
fastest of many rounds counts. The second table tries documents and cases that want too much.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from benchmarks import frame
from benchmarks.deciding import by_hand, peers
from benchmarks.frame import Row
from makegood.policy import Policy, PolicyErrors, decide
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.weighing import Weighing
from makegood.policy.limits import LONGEST_RULE

DOCUMENTS = ("policies/refund-policy.md", "policies/examples/godaddy.md")
ROUNDS, LEAST_SECONDS = 15, 0.02
TRACE, OUTCOME, ANSWER = "full trace", "outcome only", "answer"
GENERATED = "makegood, generated"


@dataclass(slots=True)
class Contestant:
    """One way to decide. `work` takes one of `cases`; `seconds` is the least a case took."""

    what: str
    document: str
    engine: str
    cases: Sequence[Any]
    work: Callable[[Any], object]
    seconds: float = float("inf")

    def take_a_turn(self) -> None:
        """Decide all cases again and again for a while; keep the time of the fastest pass."""
        until = perf_counter() + LEAST_SECONDS
        while (began := perf_counter()) < until:
            for case in self.cases:
                self.work(case)
            self.seconds = min(self.seconds, (perf_counter() - began) / len(self.cases))


def main() -> None:
    """Measure and tell both tables."""
    contestants: list[Contestant] = []
    absent: list[Row] = []
    for file in DOCUMENTS:
        policy = Policy.parse((frame.PROJECT / file).read_text(encoding="utf-8"), source=file)
        contestants += _ours(policy)
        for name in peers.ENGINES:
            try:
                contestants += _peers(policy, name)
            except (ImportError, PackageNotFoundError, peers.CannotSay) as why:
                absent.append(_row(TRACE, policy.name, f"{name}: not measured, {why}"))
    for _ in range(ROUNDS):
        for contestant in contestants:
            contestant.take_a_turn()
    rows = [_compared(each, contestants) for each in contestants] + absent
    frame.live_in_a_fresh_database("policy")
    frame.tell(
        "policy", "Decisions a second on one core; a ratio says how many times as fast as it is ours", rows
    )
    limits: list[Row] = []
    for trial in TRIALS:
        with get_context("spawn").Pool(1) as process:
            limits.append(process.apply(_tried, (trial,)))
    frame.tell(
        "policy-limits", "Documents and cases that want too much: answered or refused in seconds", limits
    )


def _ours(policy: Policy) -> Iterator[Contestant]:
    """Ours, on the cases that the peers take too, and with the unknown facts the examples have."""
    cases, program, name = _known_cases(policy), policy.program, policy.name
    as_written = [policy.values(example.facts) for example in policy.examples]
    for values in (*cases, *as_written):
        if not program.run(values)[0] == program.outcome(values) == _by_closures(policy, values)[0]:
            raise RuntimeError(f"{policy.source}: the generated code and the closures differ.")
    yield Contestant(TRACE, name, GENERATED, cases, program.run)
    yield Contestant(TRACE, name, "makegood, generated, facts unknown", as_written, program.run)
    yield Contestant(TRACE, name, "makegood, closures", cases, lambda case: _by_closures(policy, case))
    told = [json.loads(json.dumps(example.facts, default=str)) for example in policy.examples]
    yield Contestant(
        ANSWER, name, "makegood, decide() from JSON facts", told, lambda case: decide(policy, case)
    )
    whole = "makegood, decide() and its whole JSON"
    yield Contestant(ANSWER, name, whole, told, lambda case: decide(policy, case).to_json())
    yield Contestant(OUTCOME, name, GENERATED, cases, program.outcome)
    if name == "refunds":
        for values in (*cases, *as_written):
            if by_hand.verdict(values) != program.outcome(values):
                raise RuntimeError("The policy written by hand decides differently.")
        yield Contestant(OUTCOME, name, "Python by hand, three values", cases, by_hand.verdict)


def _by_closures(policy: Policy, values: dict[str, Any]) -> tuple[Any, ...]:
    """The same trace as a program's, reckoned by the closures."""
    logic = ThreeValued(policy, values)
    weighing = Weighing(policy, logic)
    verdict = weighing.end()
    return (
        verdict,
        *logic.amounts.values(),
        *(
            logic.truth(each)
            for clause in policy.clauses
            for part in clause.parts
            for each in part.conditions
        ),
        *(weighing.applies(clause) for clause in policy.clauses),
        *(policy.compiled[term.rule](values) for term in policy.terms.values()),
    )


def _known_cases(policy: Policy) -> list[dict[str, Any]]:
    """The examples with every fact known, but those that a missing row of a table leaves open."""
    cases = [peers.known(policy, policy.values(example.facts)) for example in policy.examples]
    return [case for case in cases if policy.program.outcome(case).why != "to_establish"]


def _peers(policy: Policy, name: str) -> Iterator[Contestant]:
    """One peer: each condition, applies and term a program of its own, with and without the verdict's."""
    engine, dialect = peers.ENGINES[name]
    cases = _known_cases(policy)
    contexts = [peers.context(policy, case) for case in cases]
    expressions = peers.conditions(policy, dialect)
    each = engine(policy, expressions)
    for case, context in zip(cases, contexts, strict=True):
        for rule, found, expected in zip(
            expressions, each(context), peers.expected(policy, case), strict=True
        ):
            if expected is not None and found != expected:
                raise RuntimeError(f"{name} says {found}, not {expected}, of {rule}")
    expression, verdicts = peers.outcome(policy, dialect)
    whole = engine(policy, [expression])
    for case, context in zip(cases, contexts, strict=True):
        if verdicts[int(whole(context)[0])] != policy.program.outcome(case):
            raise RuntimeError(f"{name} decides differently.")
    label = f"{name} {version(name)}"
    traced = engine(policy, [*expressions, expression])
    yield Contestant(TRACE, policy.name, label, contexts, traced)
    yield Contestant(TRACE, policy.name, f"{label}, no verdict", contexts, each)
    yield Contestant(OUTCOME, policy.name, label, contexts, whole)


def _compared(one: Contestant, all_: Sequence[Contestant]) -> Row:
    ours = next(
        each
        for each in all_
        if (each.document, each.engine) == (one.document, GENERATED)
        and each.what == (OUTCOME if one.what == OUTCOME else TRACE)
    )
    return _row(one.what, one.document, one.engine, 1 / one.seconds, one.seconds, one.seconds / ours.seconds)


def _row(what: str, document: str, engine: str, rate: float = 0, seconds: float = 0, ratio: float = 0) -> Row:
    return {
        "what": what,
        "policy": document,
        "engine": engine,
        "decisions/s": round(rate),
        "µs": round(seconds * 1e6, 2),
        "ours is × as fast": round(ratio, 1),
    }


HEAD = """---
policy: large
version: "1"
in_force_from: 2020-01-01
calendar: UTC
---
# Large policy
"""
FACTS = """
## Facts {#facts}

| Fact | Kind | Who tells us |
|---|---|---|
| `n` | number | order |
| `paid` | money | order |
| `currency` | currency | order |
"""
CASE = {"paid": "10.00", "currency": "EUR"}
PAIRS = 24


def _clauses(count: int, rules: Sequence[str]) -> str:
    listed = "".join(f"- it holds. `{rule}`\n" for rule in rules)
    clause = f"We refund `paid` when **all** of these hold:\n\n{listed}"
    names = [f"p{n}" for n in range(PAIRS)] + [f"q{n}" for n in range(PAIRS)]
    facts = "".join(f"| `{name}` | yes/no | engineer |\n" for name in names)
    numbered = "".join(f"\n## {n}. Clause {n} {{#clause-{n}}}\n\n{clause}" for n in range(1, count + 1))
    return HEAD + numbered + FACTS + facts


def _megabyte() -> str:
    return _clauses(990, ["p0 AND (p1 OR n > 3)"] * 26)


def _pairs() -> str:
    every_one = " OR ".join(f"p{n}" for n in range(PAIRS))
    return _clauses(1, [every_one, " OR ".join(f"p{n} AND q{n}" for n in range(PAIRS))])


TRIALS: dict[str, Callable[[], str]] = {
    "10,000 clauses": lambda: _clauses(10_000, ["p0"]),
    "990 clauses of 26 conditions, 1 MB": _megabyte,
    "a rule of 100 kB": lambda: _clauses(1, [" OR ".join(["p0"] * 20_000)]),
    "the longest rule there may be": lambda: _clauses(1, [" OR ".join(["p0"] * (LONGEST_RULE // 6))]),
    "400 brackets": lambda: _clauses(1, ["(" * 400 + "p0" + ")" * 400]),
    "24 pairs, whose branches double with each": _pairs,
}


def _tried(trial: str) -> Row:
    """Read one document and decide a case of which nothing is known, down to the JSON of the answer."""
    text = TRIALS[trial]()
    began = perf_counter()
    try:
        policy = Policy.parse(text)
    except PolicyErrors as errors:
        return _limit(trial, text, perf_counter() - began, 0, 0, errors.problems[0].message)
    read = perf_counter() - began
    began = perf_counter()
    answer = decide(policy, CASE)
    first = perf_counter() - began
    began = perf_counter()
    answer.to_json()
    whole = perf_counter() - began
    return _limit(trial, text, read, first, whole, f"{answer.why}, {len(answer.open)} facts open")


def _limit(trial: str, text: str, read: float, first: float, whole: float, end: str) -> Row:
    return {
        "document": trial,
        "kB": round(len(text) / 1000),
        "read s": round(read, 2),
        "first decision s": round(first, 2),
        "whole answer s": round(whole, 2),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "end": end,
    }


if __name__ == "__main__":
    main()
