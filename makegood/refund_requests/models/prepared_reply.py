"""What the desk writes again and again, prepared once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.orders.models import Product


class PreparedReply(models.Model):
    """A reply that representatives put into a message; `body` has placeholders of `prepared_replies.filling`.

    `language` (as in settings.LANGUAGES) and `product` narrow for whom it is offered: empty, None: everybody.
    `is_offered` is False once nobody shall use it any more. `edition` counts its changes from 1.
    """

    title = models.CharField(max_length=80)
    body = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=True)
    edition = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "prepared replies"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(body=""), name="prepared_reply_says_something"
            ),
            models.CheckConstraint(condition=models.Q(edition__gte=1), name="prepared_reply_edition_counts"),
            models.UniqueConstraint(
                fields=["title", "language"],
                condition=models.Q(is_offered=True),
                name="one_prepared_reply_a_title",
            ),
        ]

    def __str__(self) -> str:
        return self.title
