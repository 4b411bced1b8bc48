"""Statutes above the policy, where members meet them: the page of one, and that it is what counts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.models import StatuteVersion


def law_url(statute: StatuteVersion, anchor: str = "") -> str:
    """The page of the statute, at the paragraph `anchor`."""
    return reverse("members:law", args=[statute.name, statute.version]) + (f"#{anchor}" if anchor else "")


def about_law(live: LiveAnswer) -> str:
    """That a statute counts instead of our policy; else nothing."""
    if live.law is None:
        return ""
    words = _("What counts here is “{title}”, because it is better for you than our policy.")
    return words.format(title=live.law.policy.title)
