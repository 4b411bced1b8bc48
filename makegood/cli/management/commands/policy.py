"""The part of `makegood policy` that needs the database: `makegood policy publish FILE…`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from makegood.audit.actors import System
from makegood.cli.policy.reading import WRONG, Refused, as_json, policy_of
from makegood.cli.policy.test import failures, summary
from makegood.policy import Policy, PolicyErrors
from makegood.policy.languages.known import LANGUAGES
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyTranslation, PolicyVersion
from makegood.refund_requests.translating import AlreadyTranslated, NotATranslation, publish_in_languages


class Command(BaseCommand):
    help = "Publish a policy document; one whose examples do not come out as written is not published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["publish"])
        parser.add_argument(
            "files",
            metavar="file",
            nargs="+",
            help="a policy document in Markdown, or - for standard input; then the same in other languages",
        )
        parser.add_argument("--json", action="store_true", help="say what was published as JSON")

    def handle(self, *, files: Sequence[str], json: bool = False, **_: Any) -> None:
        try:
            documents = [policy_of(file) for file in files]
        except Refused as refused:
            raise CommandError(str(refused), returncode=refused.code) from None
        except PolicyErrors as errors:
            raise CommandError(str(errors), returncode=WRONG) from None
        for policy in documents:
            self._test(policy)
        version, translations = _published(documents)
        self._tell(version, translations, as_line=json)

    def _test(self, policy: Policy) -> None:
        results = policy.run_examples()
        failed = [result for result in results if not result.passed]
        for line in failures(policy, failed):
            self.stderr.write(line)
        if failed:
            raise CommandError(summary(policy, results))

    def _tell(
        self, version: PolicyVersion, translations: Sequence[PolicyTranslation], *, as_line: bool
    ) -> None:
        if as_line:
            published = {
                "policy": policies.parsed(version).name,
                "version": version.version,
                "sha256": version.sha256,
                "in_force_from": str(version.in_force_from),
                "languages": policies.languages_of(version),
            }
            self.stdout.write(as_json(published))
            return
        self.stdout.write(f"Version {version.version} is published, in force from {version.in_force_from}.")
        if translations:
            names = ", ".join(LANGUAGES[each.language].name for each in translations)
            self.stdout.write(f"It can be read in {names} too.")


def _published(documents: Sequence[Policy]) -> tuple[PolicyVersion, list[PolicyTranslation]]:
    texts = [policy.text for policy in documents]
    try:
        return publish_in_languages(texts, by=System("command line"), at=timezone.now())
    except (policies.AlreadyPublished, NotATranslation, AlreadyTranslated) as refusal:
        raise CommandError(str(refusal)) from None
