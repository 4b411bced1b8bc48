"""`makegood demo`: starts database, sandbox provider, web and worker, fills them once, and stops them all."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import django
from django.core.management import call_command
from django.db import connections

from makegood.cli import embedded
from makegood.cli.demo import ports, static
from makegood.cli.demo.children import Child, Children
from makegood.cli.demo.greeting import Screen
from makegood.cli.demo.place import DATABASE, USUAL_FOLDER, Addresses, Place, Refused
from makegood.cli.demo.sources import Sources

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.5
WEBHOOK = "/api/webhooks/sandbox"


class DatabaseEnded(Refused):
    """PostgreSQL is gone while the demo runs."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"PostgreSQL ended by itself. Its log is {place.postgres / 'log'}.")


def demo(arguments: Sequence[str]) -> int:
    """Run the demo until it is told to stop. The exit code: 0 stopped, 1 refused or could not go on."""
    options = _options(arguments)
    place = Place(options.data.resolve())
    screen = Screen()
    try:
        _let_signals_interrupt()
        with place.held():
            _run(options, place, screen)
    except Refused as refused:
        print(f"makegood: {refused}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"makegood: {error.filename} belongs to another user. Give --data another folder.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        screen.line("  Stopped. Nothing is left running.")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="makegood demo", description="The whole desk on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages (8000)")
    parser.add_argument(
        "--data", type=Path, default=USUAL_FOLDER, metavar="DIR", help="where everything lies (var/demo)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what is there and begin again")
    parser.add_argument(
        "--reload", action="store_true", help="start again what a changed source file concerns"
    )
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, place: Place, screen: Screen) -> NoReturn:
    addresses = ports.choose(options.port, place.addresses())
    if options.fresh:
        place.empty()
    place.keep_addresses(addresses)
    place.show_letters()
    with ExitStack() as ending:
        children = Children()
        # Left in reverse: first deaf to further signals, then the children, then their database.
        ending.callback(embedded.stop, place.postgres)
        ending.callback(children.stop)
        ending.callback(_let_nothing_interrupt)
        with screen.step("Start PostgreSQL"):
            _begin_again_if_unfinished(place)
            _live_in(place.environment(addresses, debug=options.reload))
        _start(options, place, addresses, children, screen)
        _watch(options, place, children, screen)


def _begin_again_if_unfinished(place: Place) -> None:
    """Drop what a start that never finished has left, so that the sample data is whole or not there."""
    embedded.start(place.postgres)
    if not place.seeded.exists():
        embedded.drop_database(place.postgres, DATABASE)
        for journal in place.sandbox.glob("*"):
            journal.unlink()


def _live_in(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _start(
    options: argparse.Namespace, place: Place, addresses: Addresses, children: Children, screen: Screen
) -> None:
    sandbox = children.start(_sandbox(place, addresses))
    with screen.step("Prepare the database"):
        django.setup()
        if not options.reload:
            static.collect(place)
        # Web takes as long to start as the database to prepare, so it starts now, on the other core.
        web = children.start(_web(place, addresses, reload=options.reload))
        call_command("migrate", verbosity=0, interactive=False)
    children.start(_worker(place, reload=options.reload))
    with screen.step("Start the web pages"):
        ports.wait_until_answered(addresses.sandbox, sandbox)
        ports.wait_until_answered(f"{addresses.site}/healthz", web)
    _seed_once(place, addresses, screen)
    connections.close_all()


def _seed_once(place: Place, addresses: Addresses, screen: Screen) -> None:
    from makegood.cli import seeding  # its models could not be imported before Django's setup

    if not place.seeded.exists():
        with screen.step("Make the sample data") as report:
            secret = place.secrets().sandbox_secret
            seeding.seed(
                at=datetime.now(UTC), sandbox_url=addresses.sandbox, sandbox_secret=secret, report=report
            )
        place.seeded.touch()
    screen.greet(place, addresses, seeding.SIGN_INS, seeding.PASSWORD)


def _sandbox(place: Place, addresses: Addresses) -> Child:
    port = addresses.sandbox.rpartition(":")[2]
    arguments = ["--port", port, "--data", str(place.sandbox), "--webhook", addresses.site + WEBHOOK]
    return _child("sandbox", ["makegood.refunds.providers.sandbox", *arguments], place)


def _web(place: Place, addresses: Addresses, *, reload: bool) -> Child:
    bind = f"{ports.HOST}:{urlsplit(addresses.site).port}"
    arguments = ["--config", "python:makegood.config.gunicorn", "--bind", bind, "--workers", "1"]
    return _child("web", ["gunicorn", *arguments, *(["--reload"] if reload else [])], place, visible=reload)


def _worker(place: Place, *, reload: bool) -> Child:
    return _child("worker", ["makegood.cli", "work", "--skip-checks"], place, visible=reload)


def _child(name: str, module: Sequence[str], place: Place, *, visible: bool = False) -> Child:
    log = None if visible else place.logs / f"{name}.log"
    return Child(name, [sys.executable, "-P", "-m", *module], dict(os.environ), log)


def _watch(options: argparse.Namespace, place: Place, children: Children, screen: Screen) -> NoReturn:
    sources = Sources() if options.reload else None
    while True:
        time.sleep(LOOK_EVERY)
        if not embedded.is_running(place.postgres):
            raise DatabaseEnded(place)
        if sources is not None:
            if sources.changed():
                screen.line("  A source file changed: starting the worker again.")
                children.restart("worker")
            continue  # what ended because of a mistake in the source waits for the next change
        for child in children.revive():
            screen.line(f"  The {child.name} ended; it was started again.{child.last_words()}")


def _let_signals_interrupt() -> None:
    """Treat being asked to end, or losing the terminal, as Ctrl-C, even if a shell made us deaf to it."""

    def interrupt(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    for number in ENDING:
        signal.signal(number, interrupt)


def _let_nothing_interrupt() -> None:
    """A second Ctrl-C must not cut short the stopping."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
