"""How fair the queue is, what promises are worth: a simulated desk beside one first come, first served."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from benchmarks import frame
from benchmarks.frame import Row
from makegood.queue.turns import FOR_THE_SKILLED
from tests.queue.simulation import BEGIN, Absence, Asked, examined, in_turn, requests, to_anybody

ARRIVALS = 10_000
LOADS = (0.5, 0.9, 1.05)
"""How much comes in for what the desk can do while everybody is there; 1: exactly that."""
BY_LAW = 0.1
BOUND = 2 * FOR_THE_SKILLED
"""By how much more than first come, first served anybody waits (docs/decisions/0020)."""
WARNED = timedelta(hours=4)
"""So long before a promise runs out it is in danger, and those who lead hear of it."""
PEOPLE: Mapping[str, frozenset[str]] = {
    "knows all": frozenset(),
    "the sender": frozenset({"mail-sender"}),
    "the verifier": frozenset({"verifier"}),
    "two of them": frozenset({"mail-sender", "tracker"}),
}
"""Nobody knows the fourth product."""
EVERY, FOR = timedelta(days=9), timedelta(days=1)
"""How often, about, and for how long each is away."""


def main() -> None:
    """For each load, of those with a day of the law and of the others: hours waited, and promises.

    `strict`: the same, had everybody taken whatever came first, at the same desk. `over`: by how much one
    waited longer than with that, at most; `bound`: what it may be. A promise is kept when somebody takes the
    request before it runs out; `warned`: of so many those who lead were told before, for nobody had taken
    them yet, and what is `missed` is among them.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=5, help="what comes in, and who is away when (5)")
    arguments.add_argument("--requests", type=int, default=ARRIVALS, help="how many come in (10,000)")
    given = arguments.parse_args()
    frame.live_in_a_fresh_database("fairness")  # only so that the results can say what they ran on
    rows = [row for load in LOADS for row in simulated(given.requests, seed=given.seed, load=load)]
    desk = f"{given.requests:,} requests at a desk of {len(PEOPLE)}, seed {given.seed}"
    frame.tell("fairness", f"{desk}: hours waited, and promises", rows)


def simulated(count: int, *, seed: int, load: float) -> list[Row]:
    """One row for each lane at this load."""
    asked = requests(count, seed=seed, desk_of=len(PEOPLE), load=load, by_law=BY_LAW)
    people = tuple(PEOPLE.values())
    away = absences(seed, asked[-1].came_in)
    ours = examined(asked, people, may=in_turn, by_turn=True, away=away)
    strict = examined(asked, people, may=to_anybody, by_turn=False, away=away)
    lanes = {
        "law": [each for each in asked if each.is_by_law],
        "promise": [each for each in asked if not each.is_by_law],
    }
    return [_row(load, lane, of, ours, strict) for lane, of in lanes.items()]


def absences(seed: int, last: datetime) -> dict[int, list[Absence]]:
    """When each is away until some weeks after the `last` request came in."""
    random = Random(seed)  # noqa: S311  # a simulation, the same every time
    found: dict[int, list[Absence]] = {}
    for person in range(len(PEOPLE)):
        at, found[person] = BEGIN, []
        while at < last + timedelta(weeks=4):
            at += EVERY * random.uniform(0.5, 1.5)
            found[person].append((at, at + FOR))
            at += FOR
    return found


def _row(
    load: float,
    lane: str,
    asked: Sequence[Asked],
    ours: Mapping[int, datetime],
    strict: Mapping[int, datetime],
) -> Row:
    waits = [ours[each.turn.number] - each.came_in for each in asked]
    others = [strict[each.turn.number] - each.came_in for each in asked]
    over = max(mine - theirs for mine, theirs in zip(waits, others, strict=True))
    return {
        "load": f"{load:.0%}",
        "lane": lane,
        "requests": len(asked),
        **{name: _hours(value) for name, value in _told(waits).items()},
        **{f"strict {name}": _hours(value) for name, value in _told(others).items()},
        "over": _hours(over),
        "bound": _hours(BOUND),
        "warned": sum(ours[each.turn.number] >= each.promised_until - WARNED for each in asked),
        "missed": sum(ours[each.turn.number] > each.promised_until for each in asked),
        "strict missed": sum(strict[each.turn.number] > each.promised_until for each in asked),
    }


def _told(waits: Sequence[timedelta]) -> dict[str, timedelta]:
    in_order = sorted(waits)
    return {
        "p50": in_order[len(in_order) // 2],
        "p90": in_order[len(in_order) * 9 // 10],
        "max": in_order[-1],
    }


def _hours(of: timedelta) -> float:
    return round(of / timedelta(hours=1), 1)


if __name__ == "__main__":
    main()
