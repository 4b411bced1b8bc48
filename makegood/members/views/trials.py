"""Free trials of services: one button for members; others get the account and the trial at once."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.accounts.models import User
from makegood.members.access import MemberRequest, members_only, see_other
from makegood.notifications import topics
from makegood.notifications.addressing import zone_of
from makegood.notifications.models import Topic
from makegood.orders.trials import TrialAlreadyHad, products_with_a_trial, start_trial, trials_of


@require_safe
def trials(request: HttpRequest) -> HttpResponse:
    """The services that can be tried, and the trials that I have."""
    had = list(trials_of(request.user)) if isinstance(request.user, User) else []
    taken = {trial.product_id for trial in had}
    offered = [product for product in products_with_a_trial() if product.pk not in taken]
    context = {
        "trials": had,
        "offered": offered,
        "now": timezone.now(),
        "is_reminded": topics.wants(request.user, Topic.TRIALS) if isinstance(request.user, User) else None,
    }
    with _spoken(request):
        return render(request, "members/trials.html", context)


@require_safe
def trial(request: HttpRequest, sku: str) -> HttpResponse:
    """One service: what its trial gives, and how it went if I have one."""
    product = get_object_or_404(products_with_a_trial(), sku=sku)
    had = trials_of(request.user).filter(product=product).first() if isinstance(request.user, User) else None
    sign_up = f"{reverse('account_signup')}?{urlencode({'trial': sku, 'next': request.path})}"
    context = {"product": product, "trial": had, "sign_up_url": sign_up, "now": timezone.now()}
    with _spoken(request):
        return render(request, "members/trial.html", context)


@members_only("POST", back=lambda sku: reverse("members:trial", args=[sku]))
def start(request: MemberRequest, sku: str) -> HttpResponse:
    """Start my free trial; a second press finds the first."""
    product = get_object_or_404(products_with_a_trial(), sku=sku)
    try:
        start_trial(request.user, product, by=request.user, at=timezone.now())
    except TrialAlreadyHad as had:
        messages.info(request, str(had))
    else:
        messages.success(request, _("Your free trial of {product} has begun.").format(product=product))
    return see_other(reverse("members:trial", args=[sku]))


@members_only("POST", back=lambda: reverse("members:trials"))
def reminders(request: MemberRequest) -> HttpResponse:
    """Letters when a trial ends soon or has ended: `wanted` is `yes` or `no`."""
    if request.POST.get("wanted") == "yes":
        topics.subscribe(request.user, Topic.TRIALS)
        messages.success(request, _("We write to you before a free trial ends."))
    else:
        topics.unsubscribe(request.user, Topic.TRIALS, at=timezone.now())
        messages.success(request, _("You get no more reminders of free trials."))
    return see_other(reverse("members:trials"))


def _spoken(request: HttpRequest) -> AbstractContextManager[None]:
    """In the member's time zone; in the usual one for who has not signed in."""
    return timezone.override(zone_of(request.user)) if isinstance(request.user, User) else nullcontext()
