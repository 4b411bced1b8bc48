"""What changed in the settings, in the words of the desk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from makegood.audit.models import Event
from makegood.desk.product_words import Change


def changes_told_by(event: Event) -> list[Change]:
    """What the event of changed settings tells, setting by setting; of a secret never more than that."""
    changed = event.details.get("changed", {})
    return [Change(name, _value(was), _now(was, now)) for name, (was, now) in changed.items()]


def _value(kept: object) -> str:
    if isinstance(kept, bool):
        return _("set") if kept else _("not set")
    return str(kept) or _("not set")


def _now(was: object, now: object) -> str:
    return _("set to another value") if was is True and now is True else _value(now)
