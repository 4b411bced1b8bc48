"""Taking the bank accounts of an erased person away; that money went, when and how much, stays."""

from __future__ import annotations

from makegood.accounts.models import User
from makegood.audit.append_only import ERASED_WORDS
from makegood.refunds.models import Destination, TransferBatch


def forget_accounts_of(member: User) -> None:
    """Erase their accounts, and the whole files in which these stand: the bank has read them.

    Call in a transaction that has recorded the erasing: before that event, PostgreSQL refuses it. Nothing
    of theirs is on its way then, so no such file is still to be downloaded.
    """
    theirs = Destination.objects.filter(refund__payment__order__member=member)
    theirs.update(name=ERASED_WORDS, iban=ERASED_WORDS, bic="")
    files = TransferBatch.objects.filter(transfers__refund__payment__order__member=member, file__isnull=False)
    TransferBatch.objects.filter(pk__in=files.values("pk")).update(file=None)
