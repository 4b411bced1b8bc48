"""The published versions of the policy, and which of them governs a purchase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor, System
from makegood.audit.recording import record
from makegood.made_once import MadeOnce
from makegood.policy import Policy
from makegood.refund_requests.models import PolicyTranslation, PolicyVersion
from makegood.refund_requests.statutes.in_use import switched

NAME = "refunds"


class AlreadyPublished(Exception):
    """The version, or another one in force from the same day, is published already."""

    def __init__(self, version: str) -> None:
        super().__init__(
            _(
                "Version {version}, or another one in force from the same day, is already published; "
                "a published version never changes, so give the new text a version and a day of its own."
            ).format(version=version)
        )


class NoPolicyInForce(Exception):
    """No published version was in force on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(f"No published policy was in force on {on:%-d %B %Y}.")


def publish(*, text: str, by: User | System, at: datetime) -> PolicyVersion:
    """Publish the document `text`; the same text twice is the same version.

    Raises PolicyErrors when the document is wrong, AlreadyPublished.
    """
    policy = Policy.parse(text, source="policy")
    known = PolicyVersion.objects.filter(sha256=policy.sha256).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _keep(policy, by=by, at=at)
    except IntegrityError:
        raise AlreadyPublished(policy.version) from None


def _keep(policy: Policy, *, by: Actor, at: datetime) -> PolicyVersion:
    version = PolicyVersion.objects.create(
        name=NAME,
        version=policy.version,
        in_force_from=policy.in_force_from,
        text=policy.text,
        sha256=policy.sha256,
        published_at=at,
        published_by_id=by.pk,
    )
    record(Action.POLICY_PUBLISHED, subject=version, by=by, at=at, version=policy.version)
    return version


def published() -> list[PolicyVersion]:
    """Every published version, the newest first, with the languages it is translated into.

    The statutes that are on are read along, for `statutes.in_use`.
    """
    return _published()()


@cache
def _published() -> MadeOnce[PolicyVersion]:
    rows = PolicyVersion.objects.filter(name=NAME).order_by("-in_force_from")
    return MadeOnce(rows.with_languages().annotate(described_statutes=switched()))


def in_force(at: datetime, *, among: Sequence[PolicyVersion] | None = None) -> PolicyVersion:
    """The version in force at the moment `at`, in the zone of the policy; `among` spares a query.

    Raises NoPolicyInForce.
    """
    for version in published() if among is None else among:
        if version.in_force_from <= at.astimezone(parsed(version).zone).date():
            return version
    raise NoPolicyInForce(at.date())


def in_force_on(day: date, *, among: Sequence[PolicyVersion] | None = None) -> PolicyVersion:
    """The version in force on `day`, a day in the zone of the policy. Raises NoPolicyInForce."""
    for version in published() if among is None else among:
        if version.in_force_from <= day:
            return version
    raise NoPolicyInForce(day)


def parsed(version: PolicyVersion) -> Policy:
    """The document of `version`, ready to decide; parsed once in a process."""
    return _parsed(version.text, f"{version.name}-{version.version}")


def worded(version: PolicyVersion, language: str) -> Policy:
    """The words of `version` in `language` (“pl”, “pt-br”), or in its own where it is not translated.

    Only what people read is taken from it; `parsed` decides. Parsed once in a process.
    """
    code = language.partition("-")[0]
    own = parsed(version)
    if own.front.language == code:
        return own
    sha256 = version.translated.get(code)
    return own if sha256 is None else _translated(sha256)


def languages_of(version: PolicyVersion) -> list[str]:
    """The languages (ISO 639) one can read `version` in, its own first."""
    return [parsed(version).front.language, *sorted(version.translated)]


@lru_cache(maxsize=64)
def _translated(sha256: str) -> Policy:
    """The translation with this hash: whatever has the same hash has the same words."""
    row = PolicyTranslation.objects.select_related("version").get(sha256=sha256)
    return Policy.parse(row.text, source=f"{row.version.name}-{row.version.version}.{row.language}")


@lru_cache(maxsize=32)
def _parsed(text: str, source: str) -> Policy:
    return Policy.parse(text, source=source)
