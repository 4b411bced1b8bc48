"""`makegood import orders FILE.csv`, and likewise `licences`, `usage` and `trial-usage`."""

# The file is called as the command is.
# ruff: noqa: N999

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from makegood.audit.actors import System
from makegood.effects.importing import import_licences
from makegood.orders.importing import (
    Imported,
    ImportRefused,
    import_orders,
    import_trial_usage,
    import_usage,
)

IMPORTS = {
    "licences": import_licences,
    "orders": import_orders,
    "trial-usage": import_trial_usage,
    "usage": import_usage,
}
NOUNS = {"licences": "licence", "orders": "order"}
"""What a file holds; of the others: uses."""


class Command(BaseCommand):
    help = "Import a CSV file of the shop, whole or not at all: see docs/import.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(IMPORTS), help="what the file holds")
        parser.add_argument("file", help="a CSV file in UTF-8, or - for standard input")

    def handle(self, *, what: str, file: str, **_: Any) -> None:
        try:
            with _opened(file) as (lines, size), _bar(what, size) as progress:
                imported = IMPORTS[what](
                    lines,
                    name="standard input" if file == "-" else Path(file).name,
                    by=System("import"),
                    at=timezone.now(),
                    progress=progress,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        except ImportRefused as refusal:
            raise CommandError(_told(file, refusal)) from None
        self.stdout.write(_summary(what, imported))


@contextmanager
def _opened(file: str) -> Iterator[tuple[IO[bytes], int | None]]:
    if file == "-":
        yield sys.stdin.buffer, None
        return
    with Path(file).open("rb") as lines:
        size = Path(file).stat().st_size
        yield lines, size or None  # a pipe has no size


@contextmanager
def _bar(what: str, size: int | None) -> Iterator[Any]:
    """How much of the file was read, on a terminal only; on standard error, so that output stays clean."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Importing {what}", total=size)
        yield lambda read: bar.advance(task, read)


def _told(file: str, refusal: ImportRefused) -> str:
    lines = [str(refusal), *(f"  {problem}" for problem in refusal.problems)]
    if refusal.more:
        lines.append(f"  and {refusal.more:,} more.")
    return "\n".join([f"{file}:", *lines])


def _summary(what: str, imported: Imported) -> str:
    noun = NOUNS.get(what, "use")
    parts = [_counted(imported.new, f"new {noun}"), f"{imported.known:,} already known"]
    if what == "orders":
        parts += [
            _counted(imported.new_members, "new member"),
            _counted(imported.new_payments, "new payment"),
        ]
    return f"{_counted(imported.lines, 'line')} read: {', '.join(parts)}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
