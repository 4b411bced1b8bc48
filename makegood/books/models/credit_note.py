"""Credit notes: numbered without gaps in their series, frozen as they were issued."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from makegood.audit.append_only import append_only
from makegood.money import Money
from makegood.orders.models import Order
from makegood.refunds.models import LedgerTransaction
from makegood.refunds.models.guards import no_deletion

_ONE_FURTHER = """
    IF NEW.code <> OLD.code OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 THEN
        RAISE EXCEPTION 'A series of credit notes goes on by one at a time' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_LAST_IS_THERE = """
    IF NOT EXISTS (SELECT FROM books_creditnote WHERE series_id = NEW.id AND number = NEW.last) THEN
        RAISE EXCEPTION 'Number % of series % belongs to no credit note', NEW.last, NEW.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_NEXT_IN_ITS_SERIES = """
    IF NEW.number <> (SELECT last FROM books_series WHERE id = NEW.series_id) OR (
        NEW.number > 1 AND NOT EXISTS (
            SELECT FROM books_creditnote WHERE series_id = NEW.series_id AND number = NEW.number - 1
        )
    ) THEN
        RAISE EXCEPTION 'Number % is not the next of its series', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Series(models.Model):
    """A row of numbers: `last` is the one given last, 0 when none was. Locked while a number is given."""

    code = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="series_of_a_year_once")]
        triggers = [
            pgtrigger.Trigger(
                name="one_further", when=pgtrigger.Before, operation=pgtrigger.Update, func=_ONE_FURTHER
            ),
            pgtrigger.Trigger(
                name="last_is_there",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=_LAST_IS_THERE,
            ),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"{self.code}-{self.year}"


class CreditNoteKind(models.TextChoices):
    """A credit note, or one that takes another back because the money came back."""

    CREDIT = "credit", "credit"
    REVERSAL = "reversal", "reversal"


class CreditNote(models.Model):
    """What our books say of one movement of money, on paper: `transaction` is that movement.

    `content` is as `credit_notes.content.Content` and never changes. `gross_minor` and `tax_minor` are above
    zero in a reversal too; `tax_minor` None: the order's tax is not known here. `reverses`: the note that a
    reversal takes back; None for every other.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="notes")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=CreditNoteKind)
    transaction = models.OneToOneField(
        LedgerTransaction, on_delete=models.PROTECT, related_name="credit_note"
    )
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_notes")
    reference = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(null=True)
    content = models.JSONField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="credit_note_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="credit_note_counts_from_one"),
            models.CheckConstraint(
                condition=Q(kind="credit", reverses__isnull=True)
                | Q(kind="reversal", reverses__isnull=False),
                name="credit_note_reversal_reverses_one",
            ),
            models.CheckConstraint(condition=Q(gross_minor__gt=0), name="credit_note_of_something"),
            models.CheckConstraint(
                condition=Q(tax_minor__isnull=True) | Q(tax_minor__gte=0, tax_minor__lte=F("gross_minor")),
                name="credit_note_tax_within_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], name="credit_note_by_reference", condition=~Q(reference="")),
            models.Index(fields=["issued_at", "id"], name="credit_note_by_day"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="next_in_its_series",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_NEXT_IN_ITS_SERIES,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def gross(self) -> Money:
        """What was given back; in a reversal, what came back to us."""
        return Money(self.gross_minor, self.currency)

    @property
    def tax(self) -> Money | None:
        """The tax within it; None: not known here."""
        return None if self.tax_minor is None else Money(self.tax_minor, self.currency)
