"""The bank account of a person goes with them, and with it the files in which it stands."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from makegood.audit.append_only import ERASED_WORDS
from makegood.privacy.about_the_requests import told
from makegood.privacy.erasing import MoneyUnderWay, erase
from makegood.refunds.forgetting import forget_accounts_of
from makegood.refunds.models import Destination, TransferBatch
from makegood.refunds.transfers import at_the_bank, releasing
from tests.cases import a_request
from tests.people import ago, an_order, finn, lars, later
from tests.refunds.transfer_scenes import THEIRS, executed, handed_over, ready

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_held_of_their_account_is_told() -> None:
    request = a_request(an_order(lars(), purchased_at=ago(days=21)))
    ready(reference=request.reference)
    assert THEIRS in str(told(lars())["refund_requests"])


def test_their_account_goes_with_them() -> None:
    batch = executed(ready())
    at_the_bank.arrived(batch, by=finn(), at=later(days=4))
    erase(lars(), at=later(days=5))
    given, kept = Destination.objects.get(), TransferBatch.objects.get()
    assert (given.name, given.iban, given.is_erased) == (ERASED_WORDS, ERASED_WORDS, True)
    assert (kept.file, kept.sha256) == (None, batch.sha256)
    with pytest.raises(releasing.NoFile, match="was erased"):
        releasing.download(kept, by=finn(), at=later(days=5))


def test_not_while_money_is_on_its_way() -> None:
    handed_over(ready())
    with pytest.raises(MoneyUnderWay):
        erase(lars(), at=later(days=1))


def test_postgresql_erases_nothing_of_who_is_not_erased() -> None:
    ready()
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        forget_accounts_of(lars())
