"""`makegood reconcile`: match the reports of providers with our books again, and say what differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.books.matching import match_again
from makegood.books.models import Difference, DifferenceState, MatchedSum, Report
from makegood.books.words import what_is_wrong, what_to_do


class Command(BaseCommand):
    help = (
        "Match the reports of payment providers with the books; ends with 1 and says what differs and what "
        "to do when anything is open. See docs/books.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("provider", nargs="?", help="only the reports of this one")

    def handle(self, *, provider: str | None, **_: Any) -> None:
        names = Report.objects.order_by("provider").values_list("provider", flat=True).distinct()
        chosen = [name for name in names if provider in {None, name}]
        if not chosen:
            raise CommandError("No report was taken in. `makegood books report PROVIDER FILE` takes one in.")
        for name in chosen:
            for match in match_again(name, by=System("books"), at=timezone.now()):
                for each in MatchedSum.objects.filter(match=match).order_by("currency"):
                    self.stdout.write(
                        f"{match.report}: reported {each.reported}, ours {each.ours}, "
                        f"difference {each.difference}"
                    )
        self._tell_open(chosen)

    def _tell_open(self, providers: list[str]) -> None:
        rows = Difference.objects.filter(provider__in=providers, state=DifferenceState.OPEN)
        for row in rows.order_by("provider", "pk"):
            self.stderr.write(f"{row.provider}: {what_is_wrong(row)}\n  {what_to_do(row)}")
        if count := rows.count():
            raise CommandError(f"Open differences: {count}. A person settles each at the desk, under Books.")
        self.stdout.write("The reports and our books say the same, or somebody settled what differs.")
