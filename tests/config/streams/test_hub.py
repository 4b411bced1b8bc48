"""Who hears of what, and how many may."""

from __future__ import annotations

import asyncio

from makegood.accounts.following import DESK, subject_of
from makegood.config.streams import hub as bounds
from makegood.config.streams.hub import Hub, Stream


def opened(hub: Hub, person: int, subject: str) -> Stream:
    stream = hub.open(person, subject)
    assert stream is not None
    stream.changed = False
    return stream


def test_a_request_is_told_to_its_own_pages_and_to_the_desk() -> None:
    hub = Hub()
    mine, other = opened(hub, 1, subject_of("R-1")), opened(hub, 2, subject_of("R-2"))
    board = opened(hub, 3, DESK)
    hub.hand_on("request R-1")
    assert (mine.changed, other.changed, board.changed) == (True, False, True)


def test_what_happens_to_an_account_is_asked_of_its_streams_alone() -> None:
    hub = Hub()
    mine, other = opened(hub, 1, DESK), opened(hub, 11, DESK)
    hub.hand_on("user 1")
    assert (mine.doubted, other.doubted) == (True, False)
    assert (mine.changed, other.changed) == (False, False)


def test_a_process_holds_so_many_and_no_more() -> None:
    hub = Hub()
    people = bounds.PER_PROCESS // bounds.PER_PERSON
    streams = [opened(hub, person, DESK) for person in range(people) for _ in range(bounds.PER_PERSON)]
    assert len(hub) == bounds.PER_PROCESS
    assert hub.open(people + 1, DESK) is None
    hub.close(streams[0])
    assert hub.open(people + 1, DESK) is not None


def test_what_is_closed_leaves_nothing_behind() -> None:
    hub = Hub()
    stream = opened(hub, 1, subject_of("R-1"))
    hub.close(stream)
    assert len(hub) == 0
    hub.hand_on("request R-1")
    assert not stream.changed


def test_a_server_that_goes_ends_all_and_opens_none() -> None:
    hub = Hub()
    stream = opened(hub, 1, DESK)
    hub.end_for_good()
    assert stream.ended
    assert hub.open(2, DESK) is None


def test_a_stream_that_rests_still_ends_at_once() -> None:
    async def rests() -> float:
        stream = Stream(1, DESK)
        asyncio.get_running_loop().call_later(0.05, stream.end)
        began = asyncio.get_running_loop().time()
        await stream.rest(30)
        assert await stream.wakes(30)
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(rests()) < 10
