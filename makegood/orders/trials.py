"""Free trials of services: one per member and product."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import day_in_words
from makegood.audit.actions import Action
from makegood.audit.actors import Actor, System
from makegood.audit.recording import record
from makegood.orders.models import Product, ProductKind, Trial

REMIND_BEFORE = timedelta(days=3)
LOOKED_BACK = timedelta(days=3)
"""A trial that ended longer ago, while no worker ran, is not news any more."""

SCHEDULE = System("trials")


class TrialNotOffered(Exception):
    """The product has no free trial of the kind that is registered for."""

    def __init__(self, product: Product) -> None:
        if product.kind == ProductKind.SOFTWARE:
            words = _(
                "{product} is not tried by registering: its trial version can be downloaded from the "
                "Downloads section."
            )
        else:
            words = _("{product} is not tried by registering: there is no free trial of it.")
        super().__init__(words.format(product=product))


class TrialAlreadyHad(Exception):
    """The member has or had a trial of this product."""

    def __init__(self, product: Product, trial: Trial) -> None:
        self.trial = trial
        words = _("A free trial of {product} was started on {day}; it can be had only once.")
        started_on = timezone.localtime(trial.started_at).date()
        super().__init__(words.format(product=product, day=day_in_words(started_on)))


def products_with_a_trial() -> QuerySet[Product]:
    """The services that can be tried by registering, by name; none that is off sale."""
    services = Product.objects.filter(kind=ProductKind.SERVICE, retired_at=None)
    return services.filter(trial_days__isnull=False).order_by("name")


def trials_of(member: User) -> QuerySet[Trial]:
    """The trials the member has or had, the latest first."""
    return Trial.objects.filter(member=member).select_related("product").order_by("-started_at", "-id")


def start_trial(member: User, product: Product, *, by: Actor, at: datetime) -> Trial:
    """Start the member's free trial of a service, with the product's days and quota.

    Raises TrialNotOffered and TrialAlreadyHad.
    """
    if product.kind != ProductKind.SERVICE or not product.trial_days or product.retired_at:
        raise TrialNotOffered(product)
    try:
        with transaction.atomic():
            trial = Trial.objects.create(
                member=member,
                product=product,
                started_at=at,
                ends_at=at + timedelta(days=product.trial_days),
                quota=product.trial_quota,
            )
            record(Action.TRIAL_STARTED, subject=trial, by=by, at=at)
    except IntegrityError:
        # Not asked beforehand: two clicks at once would both be told that there is none yet.
        had = Trial.objects.filter(member=member, product=product).first()
        if had is None:
            raise
        raise TrialAlreadyHad(product, had) from None
    return trial


def note_ends(*, at: datetime) -> int:
    """Notice the trials that end soon and those that have ended, each once; how many were new.

    A trial of less than twice REMIND_BEFORE is not reminded of: its start is still fresh.
    """
    running = Trial.objects.filter(ended_at=None)
    soon = running.filter(
        reminded_at=None,
        ends_at__gt=at,
        ends_at__lte=at + REMIND_BEFORE,
        started_at__lte=F("ends_at") - 2 * REMIND_BEFORE,
    )
    over = running.filter(ends_at__lte=at, ends_at__gt=at - LOOKED_BACK)
    return _note(soon, "reminded_at", Action.TRIAL_ENDS_SOON, at) + _note(
        over, "ended_at", Action.TRIAL_ENDED, at
    )


def _note(trials: QuerySet[Trial], field: str, action: Action, at: datetime) -> int:
    with transaction.atomic():
        # Another worker's rows are skipped, and by the time they are free they are no longer among these.
        rows = list(trials.select_for_update(skip_locked=True, no_key=True).order_by("id"))
        for trial in rows:
            setattr(trial, field, at)
            trial.save(update_fields=[field])
            record(action, subject=trial, by=SCHEDULE, at=at)
    return len(rows)
