"""What was prepared, confirmed and done for many requests at once, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from makegood.bulk_actions.reasons import Why
from makegood.bulk_actions.states import ItemState, State
from makegood.defects.models import Defect
from makegood.refund_requests.models import RefundRequest


class Kind(models.TextChoices):
    """What is done with each request; never deciding, never money."""

    MESSAGE = "message", _("Send each customer a message")
    NO_NEWS = "no_news", _("Tell each customer that there is no news yet, and when there will be")
    LINK = "link", _("Link them all to one defect")
    NOTE = "note", _("Write an internal note on each")


class BulkAction(models.Model):
    """One thing, done for many requests; until it is confirmed, a preview of its maker alone.

    `defect` is the one to link, `defect_stood` how it stood when previewed. `body` is the message with its
    placeholders, or the note. `begins_at`: until then all of it can be undone; None until confirmed.
    `ended_at`: when it was done, taken back or stopped.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, default=State.PREVIEWED)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, null=True, related_name="+")
    defect_stood = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="bulk_action_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.LINK, defect__isnull=False) & ~Q(defect_stood="")
                | ~Q(kind=Kind.LINK) & Q(defect__isnull=True, defect_stood=""),
                name="bulk_action_links_a_defect",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[Kind.MESSAGE, Kind.NOTE]) & ~Q(body="")
                | ~Q(kind__in=[Kind.MESSAGE, Kind.NOTE]) & Q(body=""),
                name="bulk_action_says_something",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PREVIEWED, confirmed_at__isnull=True, begins_at__isnull=True)
                | ~Q(state=State.PREVIEWED) & Q(confirmed_at__isnull=False, begins_at__gte=F("confirmed_at")),
                name="bulk_action_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DONE, State.TAKEN_BACK, State.STOPPED], ended_at__isnull=False)
                | Q(state__in=[State.PREVIEWED, State.WAITING, State.RUNNING], ended_at__isnull=True),
                name="bulk_action_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["begins_at", "id"],
                name="bulk_actions_to_do",
                condition=Q(state__in=[State.WAITING, State.RUNNING]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.made_at:%Y-%m-%d %H:%M})"


class BulkItem(models.Model):
    """One request in it. `text`: what is sent or noted, as previewed; empty once nothing is to be done.

    The fields `seen_…` are how the request stood at the preview: `seen_up_to` is the id of the last message
    that both sides read (0: none). `form_token` makes its message one, however often the worker begins.
    `why` says why it is left out, and is empty otherwise.
    """

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="items")
    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="in_bulk")
    state = models.CharField(max_length=20, default=ItemState.WAITING)
    why = models.CharField(max_length=20, choices=Why, blank=True)
    text = models.TextField(blank=True)
    seen_state = models.CharField(max_length=20)
    seen_round = models.PositiveIntegerField()
    seen_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen_up_to = models.BigIntegerField()
    form_token = models.UUIDField(unique=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "refund_request"], name="once_in_a_bulk_action"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ItemState]), name="bulk_item_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.LEFT_OUT) & ~Q(why="") | ~Q(state=ItemState.LEFT_OUT) & Q(why=""),
                name="bulk_item_says_why_it_is_left_out",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.DONE, done_at__isnull=False)
                | ~Q(state=ItemState.DONE) & Q(done_at__isnull=True),
                name="bulk_item_was_done",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.WAITING) | Q(text=""), name="bulk_item_keeps_no_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_request}: {self.state}"
