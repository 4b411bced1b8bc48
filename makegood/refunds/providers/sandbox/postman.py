"""Delivers the sandbox's events as signed webhooks, again and again until they are acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from makegood.refunds.providers.sandbox.book import Book, SandboxEvent
from makegood.refunds.providers.sandbox.lies import EventLie, Liar

Delivery = tuple[bytes, Mapping[str, str]]
"""The body of a request and its headers."""

GIVE_UP_AFTER = timedelta(days=3)


class Postman:
    """Goes round every `pause` seconds; with `url` None there is nobody to tell.

    `write` makes an event what the provider sends, signed with the secret it is given.
    """

    def __init__(
        self,
        book: Book,
        liar: Liar,
        lock: threading.RLock,
        *,
        url: str | None,
        secret: str,
        write: Callable[[SandboxEvent, str], Delivery],
        is_acknowledged: Callable[[httpx.Response], bool] = lambda response: response.is_success,
        pause: float = 0.5,
    ) -> None:
        self._book, self._liar, self._lock = book, liar, lock
        self._url, self._secret, self._pause = url, secret, pause
        self._write, self._is_acknowledged = write, is_acknowledged
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="sandbox postman", daemon=True)
        self._again_at: dict[str, tuple[datetime, timedelta]] = {}

    def start(self) -> None:
        """Begin going round."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the present round."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def deliver_due(self) -> int:
        """Deliver what is due now; the number of events acknowledged."""
        if self._url is None:
            return 0
        with self._lock:
            events = self._in_lying_order(self._book.untold_events())
        with httpx.Client(timeout=5) as client:
            return sum(self._deliver(client, event) for event in events if self._is_due(event))

    def _go_round(self) -> None:
        while not self._stopping.wait(self._pause):
            self.deliver_due()

    def _in_lying_order(self, events: list[SandboxEvent]) -> Iterable[SandboxEvent]:
        lies = self._liar.about_events
        if EventLie.LATE in lies:
            late = self._book.clock.now() - 2 * self._book.day
            events = [event for event in events if event.at <= late]
        return list(reversed(events)) if EventLie.REVERSED in lies else events

    def _is_due(self, event: SandboxEvent) -> bool:
        again_at, _ = self._again_at.get(event.id, (event.at, timedelta()))
        now = self._book.clock.now()
        return again_at <= now and now - event.at <= GIVE_UP_AFTER + 10 * self._book.day

    def _deliver(self, client: httpx.Client, event: SandboxEvent) -> bool:
        if EventLie.FORGED in self._liar.about_events:
            body = {**event.body, "id": f"{event.id}_forged"}
            forged = replace(event, id=f"{event.id}_forged", body=body)
            self._post(client, forged, secret=f"not {self._secret}")
        told = self._post(client, event, secret=self._secret)
        if told and EventLie.TWICE in self._liar.about_events:
            self._post(client, event, secret=self._secret)
        if told:
            with self._lock:
                self._book.mark_told(event)
        else:
            self._wait_longer(event)
        return told

    def _wait_longer(self, event: SandboxEvent) -> None:
        _, waited = self._again_at.get(event.id, (event.at, timedelta(seconds=0.5)))
        wait = min(max(waited, timedelta(seconds=0.5)) * 2, timedelta(hours=1))
        self._again_at[event.id] = (self._book.clock.now() + wait, wait)

    def _post(self, client: httpx.Client, event: SandboxEvent, *, secret: str) -> bool:
        body, headers = self._write(event, secret)
        try:
            return self._is_acknowledged(client.post(str(self._url), content=body, headers=dict(headers)))
        except httpx.HTTPError:
            return False
