"""Batches of transfers: what one person gathered and a second one released, with the file for the bank."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from makegood.money import Money
from makegood.refunds.models.attempt import Attempt
from makegood.refunds.models.destination import Destination
from makegood.refunds.models.guards import no_deletion
from makegood.refunds.models.refund import Refund
from makegood.refunds.providers.sepa import CURRENCY, NAME
from makegood.refunds.states import State
from makegood.refunds.transfers.states import (
    BATCH_MOVES,
    ONE_PERSON,
    TRANSFER_MOVES,
    BatchState,
    TransferState,
)

# The file goes only when a person who is in it was erased, and then as a whole: the bank has it.
_FILE_STAYS = """
    IF NEW.file IS NOT NULL OR NOT EXISTS (
        SELECT FROM refunds_transfer
        JOIN refunds_refund ON refunds_refund.id = refunds_transfer.refund_id
        JOIN orders_payment ON orders_payment.id = refunds_refund.payment_id
        JOIN orders_order ON orders_order.id = orders_payment.order_id
        JOIN audit_event ON audit_event.subject_id = orders_order.member_id
        WHERE refunds_transfer.batch_id = NEW.id
            AND audit_event.subject_kind = 'user' AND audit_event.action = 'account.erased'
    ) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot change the file of a batch' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

# The newest account of the refund, to which a second person agreed, and nothing but euro that waits.
_TWO_AGREED = f"""
    IF NOT EXISTS (
        SELECT FROM refunds_refund AS refund
        JOIN refunds_attempt AS attempt ON attempt.refund_id = refund.id
        JOIN refunds_destination AS destination ON destination.refund_id = refund.id
        JOIN refunds_destinationagreement AS agreement ON agreement.destination_id = destination.id
        JOIN refunds_transferbatch AS batch ON batch.id = NEW.batch_id
        WHERE refund.id = NEW.refund_id AND attempt.id = NEW.attempt_id
            AND destination.id = NEW.destination_id
            AND refund.currency = '{CURRENCY}' AND refund.provider = '{NAME}'
            AND refund.state = '{State.ACTION_NEEDED}' AND batch.state = '{BatchState.GATHERED}'
            AND NOT EXISTS (
                SELECT FROM refunds_destination AS newer
                WHERE newer.refund_id = refund.id AND newer.id > destination.id
            )
    ) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot transfer this refund to this account'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""  # noqa: S608  # only our own names


class TransferBatch(models.Model):
    """Transfers that one file orders. `message_id` is its name at the bank; `debtor_…` is our own account.

    `file` is what is sent, byte by byte, and `sha256` its digest; `file` None: a person in it was erased.
    `execute_on` is the day we ask for, `executed_on` the day on which the bank did it (None: not yet known).
    """

    message_id = models.CharField(max_length=33, unique=True)
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in BatchState])
    debtor_name = models.CharField(max_length=140)
    debtor_iban = models.CharField(max_length=34)
    execute_on = models.DateField()
    count = models.PositiveIntegerField()
    total_minor = models.BigIntegerField()
    file = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    executed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("made_by")),
                name="batch_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=False, released_at__isnull=False)
                | Q(state__in=sorted(state.value for state in ONE_PERSON)),
                name="batch_is_released_by_a_second_person",
            ),
            models.CheckConstraint(condition=Q(count__gt=0, total_minor__gt=0), name="batch_of_something"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_allowed_moves",
                field="state",
                transitions=[
                    (old.value, new.value) for old in BATCH_MOVES for new in sorted(BATCH_MOVES[old])
                ],
            ),
            pgtrigger.ReadOnly(
                name="never_another_batch",
                fields=[
                    "message_id",
                    "debtor_name",
                    "debtor_iban",
                    "execute_on",
                    "count",
                    "total_minor",
                    "sha256",
                    "made_by",
                    "made_at",
                ],
            ),
            pgtrigger.Trigger(
                name="file_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.file IS DISTINCT FROM NEW.file"),
                func=_FILE_STAYS,
            ),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def total(self) -> Money:
        """What it pays in all."""
        return Money(self.total_minor, CURRENCY)


class Transfer(models.Model):
    """One refund in a batch, to `destination`; by `end_to_end_id` both banks can find it."""

    batch = models.ForeignKey(TransferBatch, on_delete=models.PROTECT, related_name="transfers")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="transfers")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="transfers")
    end_to_end_id = models.CharField(max_length=35)
    state = models.CharField(
        max_length=20,
        choices=[(state.value, state.value) for state in TransferState],
        default=TransferState.IN_BATCH,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["refund"],
                condition=Q(state=TransferState.IN_BATCH.value),
                name="transfer_in_one_living_batch",
            ),
            models.UniqueConstraint(
                fields=["end_to_end_id"],
                condition=~Q(state=TransferState.TAKEN_OUT.value),
                name="transfer_named_once",
            ),
            # What an account sent back is not sent there again before two people have looked at it anew.
            models.UniqueConstraint(
                fields=["destination"],
                condition=~Q(state=TransferState.TAKEN_OUT.value),
                name="transfer_to_an_account_once",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_allowed_moves",
                field="state",
                transitions=[
                    (old.value, new.value) for old in TRANSFER_MOVES for new in sorted(TRANSFER_MOVES[old])
                ],
            ),
            pgtrigger.ReadOnly(
                name="never_another_transfer",
                fields=["batch", "refund", "attempt", "destination", "end_to_end_id"],
            ),
            pgtrigger.Trigger(
                name="only_where_two_agreed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_TWO_AGREED,
            ),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"{self.refund} in {self.batch}"
