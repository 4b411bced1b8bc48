"""Every step of a proposal, each one verb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.moving import MoveNotAllowed, locked, move
from makegood.audit.recording import record
from makegood.policy import Policy
from makegood.refund_requests import policies
from makegood.refund_requests.models import PolicyProposal, PolicyVersion, ProposedTranslation
from makegood.refund_requests.proposals.languages import standings
from makegood.refund_requests.proposals.readiness import NotReady, reasons_against
from makegood.refund_requests.proposals.states import MOVES, OPEN, State
from makegood.refund_requests.translating import translate


class ChangedMeanwhile(Exception):
    """Somebody else saved the text after it was read."""

    def __init__(self, proposal: PolicyProposal) -> None:
        self.proposal = proposal
        super().__init__(
            _(
                "{saved_by} saved another text meanwhile. Yours is still on this page; "
                "compare it before you save it again."
            ).format(saved_by=proposal.saved_by)
        )


class AnotherText(Exception):
    """The text to be published is not the one that was read: it was returned and written on meanwhile."""

    def __init__(self, proposal: PolicyProposal) -> None:
        super().__init__(
            _(
                "{saved_by} saved another text after you opened this page. It is shown now; "
                "read it before you publish it."
            ).format(saved_by=proposal.saved_by)
        )


class OwnProposal(Exception):
    """A second person publishes: neither who proposed it nor who wrote it last."""

    def __init__(self) -> None:
        super().__init__(_("You wrote or proposed this text, so somebody else has to publish it."))


def start(
    *, text: str, by: User, at: datetime, translations: Mapping[str, str] = MappingProxyType({})
) -> PolicyProposal:
    """Begin with this text, or return the proposal that is open already: there is one at a time.

    `translations`: language (ISO 639) → the text in it.
    """
    # Editions count on: a page that still shows an earlier proposal writes over none of this one.
    earlier = PolicyProposal.objects.filter(name=policies.NAME).aggregate(last=Max("edition"))["last"] or 0
    try:
        with transaction.atomic():
            proposal = PolicyProposal.objects.create(
                name=policies.NAME,
                text=text,
                edition=earlier + 1,
                started_at=at,
                started_by=by,
                saved_at=at,
                saved_by=by,
            )
            ProposedTranslation.objects.bulk_create(
                ProposedTranslation(proposal=proposal, language=each, text=said, saved_at=at, saved_by=by)
                for each, said in translations.items()
            )
            record(Action.POLICY_STARTED, subject=proposal, by=by, at=at)
    except IntegrityError:
        return PolicyProposal.objects.get(name=policies.NAME, state__in=OPEN)
    return proposal


def save(proposal: PolicyProposal, *, text: str, edition: int, by: User, at: datetime) -> PolicyProposal:
    """Keep the text as it is now. `edition` is the one that was read.

    The same text again changes nothing. Raises MoveNotAllowed once it is proposed, ChangedMeanwhile.
    """
    with transaction.atomic():
        current = locked(proposal)
        if current.state != State.WRITING:
            raise MoveNotAllowed(current, current.state, State.WRITING)
        if current.text == text:
            return current
        if current.edition != edition:
            raise ChangedMeanwhile(current)
        current.text, current.saved_by, current.saved_at = text, by, at
        current.edition += 1
        current.save(update_fields=["text", "saved_by", "saved_at", "edition"])
    return current


def propose(proposal: PolicyProposal, *, by: User, at: datetime) -> PolicyProposal:
    """Ask for it to be published. Raises NotReady with what speaks against it, MoveNotAllowed."""
    with transaction.atomic():
        _require_ready(locked(proposal), at=at)
        changes = {"proposed_by": by, "proposed_at": at, "returned_because": ""}
        return _move(proposal, State.PROPOSED, Action.POLICY_PROPOSED, by=by, at=at, changes=changes)


def publish(proposal: PolicyProposal, *, sha256: str, by: User, at: datetime) -> PolicyVersion:
    """Publish it, with its translations, as the second person.

    `sha256` is the hash of the texts that this person has read. Raises OwnProposal, AnotherText, NotReady,
    MoveNotAllowed, AlreadyPublished.
    """
    with transaction.atomic():
        current = locked(proposal)
        if is_own(current, by):
            raise OwnProposal
        if current.state != State.PROPOSED:
            raise MoveNotAllowed(current, current.state, State.PUBLISHED)
        if current.sha256 != sha256:
            raise AnotherText(current)
        _require_ready(current, at=at)
        version = policies.publish(text=current.text, by=by, at=at)
        for each in current.translations.order_by("language"):
            translate(version, text=each.text, by=by, at=at)
        _move(
            proposal,
            State.PUBLISHED,
            Action.POLICY_AGREED,
            by=by,
            at=at,
            changes={"version": version},
            details={"version": version.version},
        )
    return version


def return_to_writing(proposal: PolicyProposal, *, by: User, at: datetime, reason: str) -> PolicyProposal:
    """Disagree, or take it back: it can be written on. Raises MoveNotAllowed."""
    why = reason.strip()
    return _move(
        proposal,
        State.WRITING,
        Action.POLICY_RETURNED,
        by=by,
        at=at,
        changes={"returned_because": why},
        details={"reason": why},
    )


def drop(proposal: PolicyProposal, *, by: User, at: datetime) -> PolicyProposal:
    """Give it up; its text is kept. Raises MoveNotAllowed."""
    return _move(proposal, State.DROPPED, Action.POLICY_DROPPED, by=by, at=at)


def is_own(proposal: PolicyProposal, person: User) -> bool:
    """Whether this person proposed it, or wrote its text or a translation last."""
    if person.pk in (proposal.proposed_by_id, proposal.saved_by_id):
        return True
    return any(each.saved_by_id == person.pk for each in proposal.translations.all())


def _require_ready(proposal: PolicyProposal, *, at: datetime) -> None:
    reasons = reasons_against(proposal.text, at=at)
    if not reasons:
        each_language = standings(proposal, Policy.parse(proposal.text, source="policy"))
        reasons = [reason for standing in each_language for reason in standing.reasons]
    if reasons:
        raise NotReady(reasons)


def _move(
    proposal: PolicyProposal,
    to: State,
    action: Action,
    *,
    by: User,
    at: datetime,
    changes: dict[str, object] | None = None,
    details: dict[str, object] | None = None,
) -> PolicyProposal:
    return move(proposal, to=to, moves=MOVES, action=action, by=by, at=at, changes=changes, details=details)
