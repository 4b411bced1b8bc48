"""What finance can do with a refund that is paid by transfer, or could be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.desk.access import desk_zone
from makegood.desk.forms.transfers import AccountForm, AgreeForm, BySepaForm, ReturnedForm
from makegood.desk.money_step import Step
from makegood.desk.transfer_words import Bank
from makegood.money import Money
from makegood.refunds import retrying
from makegood.refunds.connected import SEPA, our_account, sepa
from makegood.refunds.models import Refund
from makegood.refunds.states import State
from makegood.refunds.transfers import accounts, at_the_bank

_WAITS = frozenset({State.APPROVED, State.HELD, State.ACTION_NEEDED})


def is_free(refund: Refund, bank: Bank) -> bool:
    """Paid by transfer, and in no batch yet."""
    return refund.provider == SEPA and bank.transfer is None


def _give(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> object:
    return accounts.give(refund, said["account"], by=by, at=at)


def _agree(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> object:
    return accounts.agree(refund, destination=said["destination"], by=by, at=at)


def _by_sepa(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    with transaction.atomic():
        provider = sepa(connections=settings)
        draft = retrying.fall_back(refund, provider=provider, consent=said["consent"], by=by, at=at)
        accounts.give(draft, said["account"], by=by, at=at)
    return draft


def _returned(refund: Refund, said: dict[str, Any], by: User, at: datetime) -> Refund:
    return at_the_bank.returned(
        refund,
        code=said["code"],
        amount=Money.of(said["amount"], refund.currency),
        on=said["returned_on"],
        zone=desk_zone(),
        by=by,
        at=at,
    )


def _can_be_agreed(refund: Refund, bank: Bank) -> bool:
    return bank.transfer is None and bank.waits_for_agreement


def _what_was_read(refund: Refund, bank: Bank) -> Mapping[str, object]:
    return {"destination": bank.destination.pk if bank.destination else None}


def _could_go_by_sepa(refund: Refund, bank: Bank) -> bool:
    is_euro = refund.currency == "EUR"
    return is_euro and refund.provider != SEPA and our_account(connections=settings) is not None


def _is_at_the_bank(refund: Refund, bank: Bank) -> bool:
    return bank.transfer is not None


def _whole(refund: Refund, bank: Bank) -> Mapping[str, object]:
    return {"amount": refund.amount.decimal, "returned_on": timezone.localdate()}


STEPS = (
    Step(
        "agree-account",
        _("Agree to this account"),
        _("Agreed; the refund goes to this account."),
        _WAITS,
        _agree,
        AgreeForm,
        is_main=True,
        offered=_can_be_agreed,
        filled=_what_was_read,
    ),
    Step(
        "account",
        _("Give the account it goes to"),
        _("Kept; somebody else has to agree to it."),
        _WAITS,
        _give,
        AccountForm,
        offered=is_free,
    ),
    Step(
        "returned",
        _("Record that it came back"),
        _("Recorded; the request is decided again."),
        frozenset({State.PENDING, State.SUCCEEDED}),
        _returned,
        ReturnedForm,
        offered=_is_at_the_bank,
        filled=_whole,
    ),
)
"""What comes before everything else that can be done with such a refund."""

BY_SEPA = (
    Step(
        "by-sepa",
        _("Pay by SEPA transfer"),
        _("Proposed; a second person approves it."),
        frozenset({State.FAILED, State.BOUNCED}),
        _by_sepa,
        BySepaForm,
        offered=_could_go_by_sepa,
    ),
)
