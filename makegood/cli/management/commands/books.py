"""`makegood books report PROVIDER FILE` takes in a report, `makegood books export TABLE` tells accounting."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.books.exporting import Days, Table, export
from makegood.books.taking_in import ReportRefused, take_in_file
from makegood.refunds.reports import READERS


class Command(BaseCommand):
    help = "Take in a provider's report, or export the books for accounting: see docs/books.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        report = what.add_parser("report", help="take in a report as the provider gives it for download")
        report.add_argument("provider", choices=sorted(READERS))
        report.add_argument("file", help="a CSV file in UTF-8, or - for standard input")
        _add_days(report, "the {} day it is about; when not given, the {} it tells of")

        export = what.add_parser("export", help="a table of some days as CSV, on standard output")
        export.add_argument("table", choices=[table.value for table in Table])
        _add_days(export, "the {} day", required=True)

    def handle(self, *, what: str, **told: Any) -> None:
        getattr(self, f"_{what}")(**told)

    def _report(self, *, provider: str, file: str, first: date | None, last: date | None, **_: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            made = take_in_file(
                provider,
                content,
                name="standard input" if file == "-" else Path(file).name,
                first=first,
                last=last,
                zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE),
                by=System("books"),
                at=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        except ReportRefused as refused:
            raise CommandError(f"{file}: {refused}") from None
        self.stdout.write(f"{made.report.lines} lines taken in; differences found: {made.found}.")

    def _export(self, *, table: str, first: date, last: date, **_: Any) -> None:
        days = Days(first, last, ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
        for line in export(Table(table), days):
            self.stdout.write(line.decode(), ending="")


def _add_days(parser: ArgumentParser, words: str, *, required: bool = False) -> None:
    for name in ("first", "last"):
        told = {"type": _day, "metavar": "DAY", "help": words.format(name, name)}
        parser.add_argument(f"--{name}", required=required, **told)  # type: ignore[arg-type]  # as above


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ArgumentTypeError(f"“{said}” is not a day such as 2026-11-23.") from None
