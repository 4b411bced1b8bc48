"""Who follows what in this process, and handing on what PostgreSQL tells. Of one event loop: no locks."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from makegood.accounts.following import DESK

PER_PERSON = 4
"""Browsers open six connections to a server that speaks HTTP/1.1; the pages need some of them."""
PER_PROCESS = 1000


@dataclass(eq=False)
class Stream:
    """One open page. `changed`: something is to be told; `doubted`: whether it still may is to be asked."""

    person: int
    subject: str
    changed: bool = True  # what happened since the page was made, nobody told it
    doubted: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._over.is_set()

    def tell(self) -> None:
        """Something changed, or may have."""
        self.changed = True
        self._woken.set()

    def doubt(self) -> None:
        """The rights of the person may have changed."""
        self.doubted = True
        self._woken.set()

    def end(self) -> None:
        """It is over: the page has gone, or the server goes."""
        self._over.set()
        self._woken.set()

    async def wakes(self, seconds: float) -> bool:
        """Whether one of these happens before `seconds` have passed."""
        woken = await _happens(self._woken, seconds)
        self._woken.clear()
        return woken

    async def rest(self, seconds: float) -> None:
        """`seconds`, or until it is over."""
        await _happens(self._over, seconds)


class Hub:
    """The streams of this process. `hearing` is set while PostgreSQL is heard."""

    def __init__(self) -> None:
        self.hearing = asyncio.Event()
        self._of_subject: dict[str, set[Stream]] = {}
        self._of_person: Counter[int] = Counter()
        self._is_ending = False

    def __len__(self) -> int:
        return self._of_person.total()

    def open(self, person: int, subject: str) -> Stream | None:
        """A stream for `person`; None when there are as many as there may be, or the server goes."""
        if self._is_ending or len(self) >= PER_PROCESS or self._of_person[person] >= PER_PERSON:
            return None
        stream = Stream(person, subject)
        self._of_subject.setdefault(subject, set()).add(stream)
        self._of_person[person] += 1
        return stream

    def close(self, stream: Stream) -> None:
        """Forget it."""
        followers = self._of_subject[stream.subject]
        followers.discard(stream)
        if not followers:
            del self._of_subject[stream.subject]
        self._of_person[stream.person] -= 1
        self._of_person += Counter()  # keeps those above zero

    def hand_on(self, subject: str) -> None:
        """PostgreSQL told of `subject`."""
        kind, _, key = subject.partition(" ")
        if kind == "user":
            for stream in self._all():
                if str(stream.person) == key:
                    stream.doubt()
            return
        for name in (subject, DESK):
            for stream in self._of_subject.get(name, ()):
                stream.tell()

    def heard_again(self) -> None:
        """From now on nothing is missed; what was told before may have been."""
        self.hearing.set()
        for stream in self._all():
            stream.tell()

    def end_all(self) -> None:
        """End every stream; their pages come back, or ask from time to time."""
        for stream in self._all():
            stream.end()

    def end_for_good(self) -> None:
        """The server goes: end every stream and open none."""
        self._is_ending = True
        self.end_all()

    def _all(self) -> list[Stream]:
        return [stream for followers in self._of_subject.values() for stream in followers]


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
