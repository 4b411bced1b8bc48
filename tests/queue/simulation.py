"""A desk in numbers: requests come in, representatives take them in turn, and each began to be examined."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from makegood.queue.turns import FOR_THE_SKILLED, Turn, examine_by

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
PRODUCTS = ("mail-sender", "verifier", "tracker", "rare")


@dataclass(frozen=True)
class Asked:
    """One request: its turn, what it is about, and how long it takes to examine."""

    turn: Turn
    product: str
    takes: timedelta
    is_by_law: bool
    promised_until: datetime

    @property
    def came_in(self) -> datetime:
        return self.turn.came_in


Rule = Callable[[Asked, frozenset[str], datetime], bool]
Absence = tuple[datetime, datetime]
"""From the first moment up to, and without, the second."""


def requests(count: int, *, seed: int, desk_of: int, load: float, by_law: float) -> list[Asked]:
    """`count` requests as `desk_of` people can do them at `load` (1: exactly), a share of them `by_law`."""
    random = Random(seed)  # noqa: S311  # a simulation, the same every time
    minutes_each, at, rows = 20, BEGIN, []
    for number in range(count):
        # Nights are as busy as days: what counts is how much comes in for how many.
        at += timedelta(minutes=random.expovariate(desk_of * load / minutes_each))
        promised = datetime.combine(at.date() + timedelta(days=2), time(18), tzinfo=UTC)
        law_until = at + timedelta(days=random.uniform(0, 14)) if random.random() < by_law else None
        until = examine_by(came_in=at, promised_until=promised, law_until=law_until)
        product = random.choices(PRODUCTS, weights=(60, 25, 14, 1))[0]
        takes = timedelta(minutes=random.expovariate(1 / minutes_each))
        rows.append(Asked(Turn(until, at, number), product, takes, law_until is not None, promised))
    return rows


def in_turn(asked: Asked, knows: frozenset[str], at: datetime) -> bool:
    """Whether the desk gives it to somebody who `knows` these products (none: all alike)."""
    return not knows or asked.product in knows or at - asked.came_in >= FOR_THE_SKILLED


def to_anybody(asked: Asked, knows: frozenset[str], at: datetime) -> bool:
    """Strict first come, first served: everybody does everything."""
    return True


def examined(
    rows: Sequence[Asked],
    people: Sequence[frozenset[str]],
    *,
    may: Rule,
    by_turn: bool,
    away: Mapping[int, Sequence[Absence]] | None = None,
) -> dict[int, datetime]:
    """Number of the request → when somebody took it. Each of `people` takes the first that they may.

    `away`: the absences of a person, by number and in order. What they have when one begins goes back to its
    place, and is taken anew.
    """
    free = [(BEGIN, person) for person in range(len(people))]
    heapq.heapify(free)
    waiting: list[tuple[Turn | datetime, Asked]] = []
    coming, began = list(reversed(rows)), dict[int, datetime]()
    handed_back: list[tuple[datetime, Turn, Asked]] = []
    while coming or waiting or handed_back:
        at, person = heapq.heappop(free)
        absence = _absence(at, (away or {}).get(person, ()))
        if absence and absence[0] <= at:
            heapq.heappush(free, (absence[1], person))
            continue
        while coming and coming[-1].came_in <= at:
            asked = coming.pop()
            heapq.heappush(waiting, (asked.turn if by_turn else asked.came_in, asked))
        while handed_back and handed_back[0][0] <= at:
            _when, turn, asked = heapq.heappop(handed_back)
            heapq.heappush(waiting, (turn if by_turn else asked.came_in, asked))
        mine = _first(waiting, people[person], at, may)
        if mine is None:
            heapq.heappush(free, (_next_moment(at, coming, waiting, handed_back), person))
        elif absence and absence[0] < at + mine.takes:
            heapq.heappush(handed_back, (absence[0], mine.turn, mine))
            heapq.heappush(free, (absence[1], person))
        else:
            began[mine.turn.number] = at
            heapq.heappush(free, (at + mine.takes, person))
    return began


def _absence(at: datetime, absences: Sequence[Absence]) -> Absence | None:
    """The absence of `at`, or the next one; None: there is none any more."""
    return next((each for each in absences if each[1] > at), None)


def _first(
    waiting: list[tuple[Turn | datetime, Asked]], knows: frozenset[str], at: datetime, may: Rule
) -> Asked | None:
    """Take the first that one may out of the heap; those before it stay."""
    passed, found = [], None
    while waiting and found is None:
        entry = heapq.heappop(waiting)
        if may(entry[1], knows, at):
            found = entry[1]
        else:
            passed.append(entry)
    for entry in passed:
        heapq.heappush(waiting, entry)
    return found


def _next_moment(
    at: datetime,
    coming: Sequence[Asked],
    waiting: Sequence[tuple[Turn | datetime, Asked]],
    handed_back: Sequence[tuple[datetime, Turn, Asked]],
) -> datetime:
    """When somebody who finds nothing now may find something: one comes in or back, or one is for all."""
    comes = [coming[-1].came_in] if coming else []
    opens = [asked.came_in + FOR_THE_SKILLED for _, asked in waiting]
    back = [moment for moment, _, _ in handed_back[:1]]
    return min(moment for moment in (*comes, *opens, *back) if moment > at)
