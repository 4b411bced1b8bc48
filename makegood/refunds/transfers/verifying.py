"""What must hold of batches, whatever PostgreSQL was told past its own guards."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from django.db.models import Count, F, Q, Sum

from makegood.refunds.models import Transfer, TransferBatch
from makegood.refunds.transfers.states import ONE_PERSON


def wrong_batches() -> Iterator[tuple[str, str]]:
    """What each fault is about, and a sentence; nothing when all is well."""
    counted = TransferBatch.objects.annotate(
        found=Count("transfers"), summed=Sum("transfers__refund__amount_minor")
    )
    for batch in counted.iterator():
        if (batch.found, batch.summed) != (batch.count, batch.total_minor):
            yield str(batch), "its transfers are not those that were gathered."
        if batch.file is not None and sha256(bytes(batch.file)).hexdigest() != batch.sha256:
            yield str(batch), "its file is not the one that was gathered."
    released = TransferBatch.objects.exclude(state__in=sorted(ONE_PERSON))
    for alone_released in released.filter(Q(released_by=None) | Q(released_by=F("made_by"))).defer("file"):
        yield str(alone_released), "nobody but its maker released it."
    alone = Q(destination__agreement=None) | Q(destination__agreement__agreed_by=F("destination__given_by"))
    for transfer in Transfer.objects.filter(alone).select_related("batch", "refund"):
        yield str(transfer), "nobody agreed to the account that it goes to."
