"""The texts of statutes that the desk knows; keeping one switches nothing on."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.policy import Policy
from makegood.refund_requests.models import StatuteVersion


class KeptOtherwise(Exception):
    """Another text is kept under the same version."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(
            f"Another text is kept as {policy.name}, version {policy.version}; a text that is kept never "
            "changes, so give the new one a version of its own."
        )


def keep(text: str, *, by: Actor, at: datetime) -> StatuteVersion:
    """Keep the document `text`; the same text twice is the same version.

    Raises PolicyErrors, KeptOtherwise.
    """
    policy = Policy.parse(text, source="statute")
    known = StatuteVersion.objects.filter(sha256=policy.sha256).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            kept = StatuteVersion.objects.create(
                name=policy.name,
                version=policy.version,
                in_force_from=policy.in_force_from,
                text=policy.text,
                sha256=policy.sha256,
                kept_at=at,
            )
            record(Action.STATUTE_KEPT, subject=kept, by=by, at=at, statute=str(kept))
    except IntegrityError:
        raise KeptOtherwise(policy) from None
    return kept


def read(statute: StatuteVersion) -> Policy:
    """The document, ready to decide; parsed once in a process, its text read only then."""
    return _parsed(statute.sha256)


@lru_cache(maxsize=64)
def _parsed(sha256: str) -> Policy:
    """The statute with this hash: whatever has the same hash has the same words."""
    row = StatuteVersion.objects.get(sha256=sha256)
    return Policy.parse(row.text, source=str(row))
