"""Runs a stand-in as a program of its own, until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.sandbox.stand_ins import STAND_INS
from makegood.refunds.providers.sandbox.timeline import DAY, DEMO_DAY


class SecretMissing(Exception):
    """The stand-in has nothing to be opened with, or to sign its events with."""

    def __init__(self, name: str) -> None:
        secret, webhook_secret = _setting(name, "SECRET"), _setting(name, "WEBHOOK_SECRET")
        super().__init__(f"Give --secret and --webhook-secret, or set {secret} and {webhook_secret}.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line; an empty secret is looked for in the environment."""

    name: str
    host: str
    port: int
    data: Path
    webhook: str | None
    secret: str
    webhook_secret: str
    days: str
    key_window: float
    remembers: str
    lie_rate: float
    seed: int


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the program; each is a field of Wish."""
    parser.add_argument(
        "--as", dest="name", choices=sorted(STAND_INS), default="sandbox", help="the provider it stands for"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 picks a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of its journal")
    parser.add_argument("--webhook", help="address to send events to")
    parser.add_argument("--secret", default="", help="opens its API; else MAKEGOOD_…_SECRET of the provider")
    parser.add_argument(
        "--webhook-secret", default="", help="signs its events; else MAKEGOOD_…_WEBHOOK_SECRET"
    )
    parser.add_argument(
        "--days", choices=["real", "demo"], default="demo", help="how long a banking day lasts"
    )
    parser.add_argument("--key-window", type=float, default=24.0, help="hours an idempotency key is known")
    parser.add_argument("--remembers", choices=["everything", "nothing"], default="everything")
    parser.add_argument("--lie-rate", type=float, default=0.0, help="share of refund calls that go wrong")
    parser.add_argument("--seed", type=int, default=0, help="which of them")


def run(wish: Wish, *, tell: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM; `tell` is given one line once it listens.

    Raises SecretMissing, OSError where the port or the folder cannot be used.
    """
    manners = _manners(wish)
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    server = STAND_INS[wish.name](wish.data, manners, host=wish.host, port=wish.port)
    server.start()
    tell(f"A stand-in for the payment provider “{wish.name}” listens on {server.url}")
    stopped.wait()
    server.stop()


def _manners(wish: Wish) -> Manners:
    secret = wish.secret or os.environ.get(_setting(wish.name, "SECRET"), "")
    webhook_secret = wish.webhook_secret or os.environ.get(_setting(wish.name, "WEBHOOK_SECRET"), "")
    if not secret or not webhook_secret:
        raise SecretMissing(wish.name)
    return Manners(
        secret=secret,
        webhook_secret=webhook_secret,
        webhook_url=wish.webhook,
        day=DAY if wish.days == "real" else DEMO_DAY,
        key_window=timedelta(hours=wish.key_window),
        remembers=wish.remembers,
        seed=wish.seed,
        lie_rate=wish.lie_rate,
    )


def _setting(name: str, which: str) -> str:
    return f"MAKEGOOD_{name.upper()}_{which}"
