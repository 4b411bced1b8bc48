"""The bank account that a refund goes to: one person gave it, another one agreed to it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from makegood.audit.append_only import ERASED_WORDS, append_only, words_only
from makegood.refunds.models.refund import Refund

_WHOSE = """
    SELECT orders_order.member_id FROM refunds_refund
    JOIN orders_payment ON orders_payment.id = refunds_refund.payment_id
    JOIN orders_order ON orders_order.id = orders_payment.order_id
    WHERE refunds_refund.id = OLD.refund_id
"""
_BY_ANOTHER = """
    IF NEW.agreed_by_id = (SELECT given_by_id FROM refunds_destination WHERE id = NEW.destination_id) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot agree to an account that one gave oneself'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Destination(models.Model):
    """An account for `refund`, as it was given; the newest one counts. `bic` empty: the IBAN finds the bank.

    `name` is the account holder as people write it, whatever letters the bank's file allows.
    """

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="destinations")
    name = models.CharField(max_length=140)
    iban = models.CharField(max_length=40)  # an IBAN has 34 at most; what stands for an erased one has more
    bic = models.CharField(max_length=11, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        triggers = append_only(
            erasable={
                "name": words_only("name"),
                "iban": words_only("iban"),
                "bic": "NEW.bic IN (OLD.bic, '')",
            },
            about=_WHOSE,
        )

    def __str__(self) -> str:
        return f"account for {self.refund}"

    @property
    def is_erased(self) -> bool:
        """Whether its owner had it erased."""
        return self.iban == ERASED_WORDS


class DestinationAgreement(models.Model):
    """That a second person agreed to an account; without it no money goes there."""

    destination = models.OneToOneField(
        Destination, on_delete=models.PROTECT, primary_key=True, related_name="agreement"
    )
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="by_another", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_BY_ANOTHER
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.destination}, agreed to"
