"""Erasing an account: everything personal goes, what the law wants kept of money stays without a name.

docs/erasing-and-exporting.md says to vendors, and the page says to the member, what goes and what stays.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.models import ERASED_ADDRESS, UsedHandover, User
from makegood.accounts.sessions import end_sessions
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.bulk_actions.forgetting import leave_out_requests_of
from makegood.notifications import letters
from makegood.notifications.forgetting import forget_letters_of
from makegood.orders.models import Usage
from makegood.refund_requests.forgetting import forget_words_of
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import OPEN, UNDECIDED
from makegood.refunds.forgetting import forget_accounts_of
from makegood.refunds.models import Refund
from makegood.refunds.states import FINAL, GIVEN_UP
from makegood.search.saving import forget_views_of


class CannotErase(Exception):
    """The account cannot be erased now; the message says why and what can be done."""


class WorksHere(CannotErase):
    """Who works at the desk is named in what they decided."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You work at the desk, and what you decided there bears your name. Please ask the owner to "
                "take your roles away first."
            )
        )


class RequestOpen(CannotErase):
    """Something is still being examined; `references` name it."""

    def __init__(self, references: list[str]) -> None:
        self.references = references
        super().__init__(
            ngettext(
                "Your refund request {references} is still open. Please withdraw it first, or wait for the "
                "decision.",
                "Your refund requests {references} are still open. Please withdraw them first, or wait for "
                "the decisions.",
                len(references),
            ).format(references=", ".join(references))
        )


class MoneyUnderWay(CannotErase):
    """Money is on its way to the member, and nobody else could be told if it came back."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A refund is on its way to you. Please come back when it has arrived; until then we must be "
                "able to write to you."
            )
        )


def refuse_if_not_now(user: User) -> None:
    """Nothing stands against erasing the account at this moment. Raises CannotErase."""
    if user.is_staff:
        raise WorksHere
    undecided = RefundRequest.objects.filter(member=user, state__in=UNDECIDED).order_by("received_at", "id")
    if references := list(undecided.values_list("reference", flat=True)):
        raise RequestOpen(references)
    refunds = Refund.objects.filter(payment__order__member=user)
    under_way = refunds.exclude(state__in=FINAL | GIVEN_UP).exists()
    if under_way or RefundRequest.objects.filter(member=user, state__in=OPEN).exists():
        raise MoneyUnderWay


def erase(user: User, *, at: datetime) -> User:
    """Erase the account at the wish of its person, who gets a last letter. Raises CannotErase."""
    with transaction.atomic():
        # Not its key: sending a form holds the form and needs the key, and each would wait for the other.
        current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if current.erased_at is not None:
            return current
        # A request is made of a form: locked here, it was sent already, which is seen next, or never will be.
        list(current.drafts.select_for_update().values_list("pk", flat=True))
        # So is a message, and a picture that is being checked becomes one of the request: both lock it first.
        list(
            current.refund_requests.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        )
        refuse_if_not_now(current)
        event = record(Action.ERASED, subject=current, by=current, at=at)
        last = letters.account_erased(event, at)
        forget_letters_of(current, but=last)
        forget_words_of(current)
        leave_out_requests_of(current)
        forget_accounts_of(current)
        forget_views_of(current)
        Usage.objects.filter(order__member=current).exclude(what="").update(what="")
        _close(current, at=at)
    return current


def _close(user: User, *, at: datetime) -> None:
    """Nobody signs in with it again, and its address is free for a new account."""
    end_sessions(user, by=user, at=at)
    for rows in (EmailAddress, Authenticator, SocialAccount, UsedHandover):
        rows.objects.filter(user=user).delete()
    user.email = f"{user.pk}{ERASED_ADDRESS}"
    user.name, user.language, user.time_zone = "", "en", "UTC"
    user.is_active, user.erased_at = False, at
    user.set_unusable_password()
    user.save()
