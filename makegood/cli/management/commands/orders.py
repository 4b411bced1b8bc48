"""`makegood orders duplicates FILE` and `makegood orders duplicates --live`."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from makegood.cli.telling_pairs import IN_A_TABLE, tell_csv, tell_json, tell_people
from makegood.orders.duplicates import NEAR
from makegood.orders.duplicates.files import BulkMissing, FileRefused, NoRoom, read_equivalents, searched
from makegood.orders.duplicates.found import Found
from makegood.orders.duplicates.live import count_orders, live_duplicates
from makegood.orders.duplicates.scoring import MOST, points_for

BAD_USAGE = 2
LIKELY = 0.5
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Tell = Callable[[Iterable[Found], TextIO], int]
Watch = Callable[[str, float | None], None]


class Command(BaseCommand):
    help = "Find orders that were likely made twice, in a file or at this desk. See docs/duplicates.md."
    requires_system_checks: list[str] = []  # a file is searched without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.allow_abbrev = False  # what needs an installation is told by the whole word --live
        parser.add_argument("what", choices=["duplicates"], help="what to find")
        parser.add_argument("file", nargs="?", help="orders as CSV or Parquet, or - for standard input")
        parser.add_argument("--live", action="store_true", help="search the orders of this desk")
        parser.add_argument(
            "--within",
            type=_time,
            default=NEAR,
            metavar="TIME",
            help="how far two orders may be apart: 90s, 30m, 12h or 3d (3d)",
        )
        parser.add_argument(
            "--min-confidence",
            type=_confidence,
            default=LIKELY,
            metavar="C",
            help=f"leave out what is less likely, from 0 to {MOST} ({LIKELY})",
        )
        parser.add_argument(
            "--equivalent", metavar="FILE", help="a CSV file of products that count as the same"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one object a line, for programs")
        form.add_argument("--csv", action="store_true", help="CSV, for spreadsheets")

    def handle(self, *, file: str | None, live: bool, equivalent: str | None, **told: Any) -> None:
        if live == (file is not None):
            raise CommandError("Name a file, or --live for the orders of this desk.", returncode=BAD_USAGE)
        rules = {"within": told["within"], "least_points": points_for(told["min_confidence"])}
        rules["equivalents"] = _equivalents(equivalent)
        tell = tell_json if told["json"] else tell_csv if told["csv"] else tell_people
        try:
            orders, pairs = self._live(tell, rules) if file is None else self._file(file, tell, rules)
            self._sum_up(pairs, orders, people=tell is tell_people)
            self.stdout.flush()
        except BrokenPipeError:  # whoever reads it has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _sum_up(self, pairs: int, orders: int, *, people: bool) -> None:
        # Programs read standard output, so that words for people stand beside it.
        out = self.stdout if people else self.stderr
        out.write(_summary(pairs, orders))
        if people and pairs > IN_A_TABLE:
            out.write(f"These are the likeliest {IN_A_TABLE}; --csv and --json tell all.")

    def _live(self, tell: Tell, rules: dict[str, Any]) -> tuple[int, int]:
        self.check()
        orders = count_orders()
        with closing(live_duplicates(**rules)) as pairs:
            with _bar() as watch:
                watch("Searching", None)
                first = list(islice(pairs, 1))  # which comes when all are found
            return orders, tell(chain(first, pairs), cast("TextIO", self.stdout))

    def _file(self, file: str, tell: Tell, rules: dict[str, Any]) -> tuple[int, int]:
        source = sys.stdin.buffer if file == "-" else Path(file)
        with ExitStack() as until_told:
            try:
                with _bar() as watch:
                    search = until_told.enter_context(
                        searched(source, at=timezone.now(), progress=watch, **rules)
                    )
            except FileRefused as refusal:
                raise _wrong(file, refusal) from None
            except BulkMissing as missing:
                raise CommandError(str(missing), returncode=BAD_USAGE) from None
            except NoRoom as refusal:
                raise CommandError(str(refusal)) from None
            except OSError as error:
                raise _unreadable(file, error) from error
            return search.orders, tell(search.pairs(), cast("TextIO", self.stdout))


def _equivalents(file: str | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        return read_equivalents(Path(file))
    except FileRefused as refusal:
        raise _wrong(file, refusal) from None
    except OSError as error:
        raise _unreadable(file, error) from error


def _wrong(file: str, refusal: FileRefused) -> CommandError:
    said, *problems = refusal.sentences
    return CommandError("\n".join([f"{file}:", said, *(f"  {problem}" for problem in problems)]))


def _unreadable(file: str, error: OSError) -> CommandError:
    return CommandError(f"{file} cannot be read: {error.strerror or error}.")


@contextmanager
def _bar() -> Iterator[Watch]:
    """What is being done and how much of it is, on a terminal only; on standard error."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def watch(what: str, part: float | None) -> None:
            bar.update(task, description=what, total=None if part is None else 1, completed=part or 0)

        yield watch


def _summary(pairs: int, orders: int) -> str:
    found = "1 likely duplicate" if pairs == 1 else f"{pairs:,} likely duplicates"
    return f"{found} among {orders:,} order{'' if orders == 1 else 's'}."


def _time(said: str) -> timedelta:
    match = re.fullmatch(r"([1-9]\d{0,4})([smhd])", said, re.ASCII)
    if not match:
        raise ArgumentTypeError(f"“{said}” is not a time such as 90s, 30m, 12h or 3d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _confidence(said: str) -> float:
    if not re.fullmatch(r"0?\.\d{1,9}|0", said, re.ASCII) or float(said) > MOST:
        raise ArgumentTypeError(f"“{said}” is not a confidence from 0 to {MOST}, such as 0.8.")
    return float(said)
