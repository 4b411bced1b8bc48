"""`makegood policy test FILE` and `makegood policy publish FILE`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.policy import Policy, PolicyErrors
from makegood.refund_requests import policies


class Command(BaseCommand):
    help = "Run the examples of a policy document, or publish it; one whose examples fail is not published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["test", "publish"])
        parser.add_argument("file", help="a policy document in Markdown, or - for standard input")

    def handle(self, *, what: str, file: str, **_: Any) -> None:
        text = _read(file)
        try:
            policy = Policy.parse(text, source=file)
        except PolicyErrors as errors:
            raise CommandError(str(errors)) from None
        self._test(policy)
        if what == "publish":
            self._publish(text)

    def _test(self, policy: Policy) -> None:
        results = policy.run_examples()
        failed = [result for result in results if not result.passed]
        for result in failed:
            self.stderr.write(
                f"Line {result.example.span.line}: {result.example.case}: "
                f"it says “{result.example.decision}”, the rules say “{result.found}”."
            )
        if failed:
            raise CommandError(f"{len(failed)} of {len(results)} examples come out differently.")
        self.stdout.write(f"Version {policy.version}: all {len(results)} examples come out as written.")

    def _publish(self, text: str) -> None:
        try:
            version = policies.publish(text=text, by=System("command line"), at=timezone.now())
        except policies.AlreadyPublished as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Version {version.version} is published, in force from {version.in_force_from}.")


def _read(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
