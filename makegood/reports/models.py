"""The numbers: what was counted since the last folding, and the sums of each day and month."""

from __future__ import annotations

from django.db import models


class Number(models.Model):
    """So many more (negative: fewer) of `what`: a `Counted`, by `key` and, for clauses, `under` a version.

    `currency` is empty, and `amount_minor` nothing, for what is no money.
    """

    what = models.CharField(max_length=30)
    key = models.CharField(max_length=80, blank=True, default="", db_default="")
    under = models.CharField(max_length=40, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    number = models.BigIntegerField()
    amount_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.what} {self.key} {self.number:+}".strip()


class Mark(Number):
    """Counted, not yet added to its day: written by PostgreSQL alone, in the transaction of what happened.

    Nobody waits for anybody, for marks are only ever inserted; `folding` takes them away again. `at` is when
    it happened, or, where something is taken back, when what is taken back had happened.
    """

    at = models.DateTimeField()


class DaySum(Number):
    """All marks of one `day`, in the zone of the desk, that were folded."""

    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "day", "key", "under", "currency"], name="summed_once_a_day"
            )
        ]


class MonthSum(Number):
    """All day sums of the month that begins with the day `month`, so that long periods are read off few rows.

    Not of single people, nor of the queue, whose days are asked for one by one.
    """

    month = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "month", "key", "under", "currency"], name="summed_once_a_month"
            )
        ]
