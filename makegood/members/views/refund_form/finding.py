"""Finding a form through the rights of the member."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.refund_requests.drafting import sent_as
from makegood.refund_requests.models import Draft
from makegood.refund_requests.submitting import DraftGone


class SentAlready(Exception):
    """The form was sent; `url` is the request it became."""

    def __init__(self, url: str) -> None:
        super().__init__(_("This form was sent already."))
        self.url = url


def draft_of(member: User, token: UUID) -> Draft:
    """The member's own form. Raises SentAlready, and Http404 when it is not there."""
    draft = member.drafts.select_related("member").filter(token=token).first()
    if draft is not None:
        return draft
    sent = sent_as(token, by=member)
    if sent is None:
        raise Http404
    raise SentAlready(reverse("members:ticket", args=[sent.reference]))


@contextmanager
def changing_form_of(member: User, token: UUID) -> Iterator[Draft]:
    """The member's own form, to change; where another window sent or discarded it, ends as `draft_of`."""
    try:
        yield draft_of(member, token)
    except DraftGone:
        draft_of(member, token)
        raise
