"""What the search knows of each request, and the views that people of the desk saved."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from makegood.refund_requests.models import RefundRequest


class Entry(models.Model):
    """The words by which one request is found: one row a request, written by PostgreSQL alone (`keeping`).

    Weights of `words`: A its number and those of its orders, B the member's name and address, C what the form
    told, D what was said since. `said_length`: so many characters of C and D are in it. `amount_minor` in
    `currency` is the price of the orders that are to be refunded; None while there is none, or where they are
    in several currencies.
    """

    refund_request = models.OneToOneField(
        RefundRequest, on_delete=models.CASCADE, primary_key=True, related_name="found_by"
    )
    words = SearchVectorField()
    said_length = models.PositiveIntegerField(default=0, db_default=0)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True, currency="")
                | (Q(amount_minor__isnull=False) & Q(currency__regex="^[A-Z]{3}$")),
                name="entry_amount_has_a_currency",
            )
        ]
        indexes = [
            GinIndex(fields=["words"], name="requests_by_words"),
            models.Index(
                fields=["currency", "amount_minor"],
                name="requests_by_amount",
                condition=Q(amount_minor__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.refund_request)


class DecidedBy(models.Model):
    """A clause on which the policy's newest answers for a request rest; written by PostgreSQL alone."""

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.CASCADE, related_name="decided_by")
    clause = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clause", "refund_request"], name="decided_by_a_clause_once")
        ]

    def __str__(self) -> str:
        return f"{self.refund_request}: {self.clause}"


class SavedView(models.Model):
    """What a person of the desk looks for again and again, under a name of their own.

    `query` is the address's part after the question mark, as the list of requests understands it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=800)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="a_view_has_a_name_of_its_own"),
            models.CheckConstraint(condition=~Q(name=""), name="a_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
