"""What a product is and what of it changed, in the words of the desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.audit.models import Event
from makegood.orders.models import ProductKind

LABELS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "summary": gettext_lazy("What it is, in one sentence"),
    "unit": gettext_lazy("Uses are counted in"),
    "trial_days": gettext_lazy("Days of a free trial"),
    "trial_quota": gettext_lazy("Uses that a trial allows"),
}
"""The fields of `orders.products.Terms`, in the order of the form."""


@dataclass(frozen=True)
class Change:
    """What one field said before and after."""

    label: str
    before: str
    after: str


def changes_told_by(event: Event) -> list[Change]:
    """What the event of a changed product tells; nothing for any other."""
    changed = event.details.get("changed", {})
    return [
        Change(str(label), _value(name, changed[name][0]), _value(name, changed[name][1]))
        for name, label in LABELS.items()
        if name in changed
    ]


def _value(name: str, value: object) -> str:
    if value in (None, ""):
        return _("none")
    return str(ProductKind(str(value)).label) if name == "kind" else str(value)
