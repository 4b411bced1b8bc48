"""Filling in the form: every step is saved, so that nothing told is lost on any device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from makegood.accounts.erased import require_account
from makegood.accounts.models import User
from makegood.refund_requests.disputes import Said
from makegood.refund_requests.evidence.discarding import discard_all_of, discard_evidence
from makegood.refund_requests.models import Draft, Evidence, RefundRequest
from makegood.refund_requests.submitting import DraftGone


def start(*, by: User, at: datetime, order_number: str = "") -> Draft:
    """A new form; with the number of one of the member's own orders, that order is chosen already.

    Asked for the same order again, it is the form that was begun before. Raises AccountErased.
    """
    with transaction.atomic():
        require_account(by)
        return _begun_or_new(by, order_number, at)


def _begun_or_new(by: User, order_number: str, at: datetime) -> Draft:
    chosen = by.orders.filter(number=order_number).values_list("number", flat=True) if order_number else ()
    begun = by.drafts.filter(wanted_orders=list(chosen)).order_by("-saved_at").first() if chosen else None
    if begun is not None:
        return begun
    return Draft.objects.create(
        member=by, named_orders=list(chosen), wanted_orders=list(chosen), created_at=at, saved_at=at
    )


def choose_ground(draft: Draft, *, ground: str, at: datetime) -> Draft:
    """Why the member asks. Raises DraftGone."""
    return _save(draft, at=at, ground=ground)


def name_orders(draft: Draft, *, named: Sequence[str], wanted: Sequence[str], at: datetime) -> Draft:
    """The numbers of the member's own orders, and which of them to refund. Raises DraftGone.

    What was disputed about other orders is forgotten.
    """
    with transaction.atomic():
        current = locked_draft(draft)
        disputed = current.disputed if sorted(current.wanted_orders) == sorted(wanted) else {}
        return _save(draft, at=at, named_orders=list(named), wanted_orders=list(wanted), disputed=disputed)


def dispute(draft: Draft, *, said: Said, of: str, at: datetime) -> Draft:
    """Say of the records of order `of` which facts are wrong; all that is disputed, so blank takes it back.

    In a form that is about other orders by now nothing changes. Raises DraftGone.
    """
    with transaction.atomic():
        current = locked_draft(draft)
        if current.wanted_orders != [of]:
            return current
        return _save(draft, at=at, disputed={name: dict(one) for name, one in said.items()})


def tell(draft: Draft, *, answers: Mapping[str, object], at: datetime) -> Draft:
    """Add `answers` (fact → JSON; blank takes one back) to what was told before. Raises DraftGone."""
    with transaction.atomic():
        current = locked_draft(draft)
        merged = {**current.answers, **answers}
        return _save(
            draft, at=at, answers={name: told for name, told in merged.items() if told not in ("", None)}
        )


def discard(draft: Draft) -> None:
    """Throw the form away, with its pictures. Raises DraftGone."""
    with transaction.atomic():
        # Locked first, as sending does: once sent, the pictures are the request's.
        current = locked_draft(draft)
        discard_all_of(current)
        current.delete()


def remove_evidence(draft: Draft, *, evidence_id: int) -> None:
    """Take one picture out of the form; one that is not there is gone already. Raises DraftGone."""
    with transaction.atomic():
        for evidence in locked_draft(draft).evidence.filter(pk=evidence_id):
            discard_evidence(evidence)


def move_evidence(draft: Draft, *, evidence_id: int, forward: bool) -> None:
    """Let a picture change places with the one before it, or after it with `forward`. Raises DraftGone.

    The first stays first, the last stays last; one that is not there is gone already.
    """
    with transaction.atomic():
        rows = list(locked_draft(draft).evidence.order_by("place", "id"))
        old = next((place for place, row in enumerate(rows) if row.pk == evidence_id), None)
        if old is None:
            return
        new = min(max(old + (1 if forward else -1), 0), len(rows) - 1)
        rows[old], rows[new] = rows[new], rows[old]
        # Of the places they had, so that a picture still on its way keeps the one promised to it.
        for row, place in zip(rows, sorted(row.place for row in rows), strict=True):
            row.place = place
        Evidence.objects.bulk_update(rows, ["place"])


def sent_as(token: UUID, *, by: User) -> RefundRequest | None:
    """The request that the member's form became; None while it was not sent."""
    return RefundRequest.objects.filter(member=by, form_token=token).first()


def _save(draft: Draft, *, at: datetime, **changes: object) -> Draft:
    with transaction.atomic():
        current = locked_draft(draft)
        for name, value in changes.items():
            setattr(current, name, value)
        current.saved_at = at
        current.save(update_fields=[*changes, "saved_at"])
    return current


def locked_draft(draft: Draft) -> Draft:
    """The form as it stands, locked until the transaction ends. Raises DraftGone."""
    current = Draft.objects.select_for_update().select_related(None).filter(pk=draft.pk).first()
    if current is None:
        raise DraftGone
    return current
