"""What the settings were at the last start, so that a start with others leaves its line in the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.models import KeptSettings
from makegood.audit.recording import record
from makegood.audit.setting import KEY_OF_THE_MARKS, Setting

THE_ONE = 1
Changes = dict[str, list[object]]
"""By name what was kept before and what is kept now; of a secret only whether it was set, and is."""


def keep_settings(settings: Iterable[Setting], *, by: Actor, at: datetime) -> Changes:
    """Keep `settings`, and record in one event what changed since they were kept last; what changed.

    The first time there is nothing to compare with, so nothing is recorded. Where nothing changed, nothing
    is written. Of several processes that start at once, the first to have the row records the change.
    """
    settings = list(settings)
    now = {setting.name: setting.kept for setting in settings}
    if KeptSettings.objects.filter(pk=THE_ONE, values=now).exists():
        return {}
    with transaction.atomic():
        KeptSettings.objects.bulk_create([KeptSettings(pk=THE_ONE, values=now, at=at)], ignore_conflicts=True)
        kept = KeptSettings.objects.select_for_update(no_key=True).get(pk=THE_ONE)
        changes = _changes(kept.values, settings)
        if kept.values != now:
            kept.values, kept.at = now, at
            kept.save(update_fields=["values", "at"])
        if changes:
            names = ", ".join(changes)
            record(Action.SETTINGS_CHANGED, subject=kept, by=by, at=at, names=names, changed=changes)
    return changes


def _changes(before: Mapping[str, str], settings: Iterable[Setting]) -> Changes:
    """A setting that a newer version brought is a change only where somebody gave it a value."""
    key_changed = any(
        each.name == KEY_OF_THE_MARKS and before.get(each.name) != each.kept for each in settings
    )
    changes: Changes = {}
    for each in settings:
        was = before.get(each.name, "" if each.given else each.kept)
        if was == each.kept:
            continue
        if not each.secret:
            changes[each.name] = [was, each.value]
        # Under another key every mark is another, whether or not its secret is.
        elif each.name == KEY_OF_THE_MARKS or not key_changed or bool(was) != each.is_set:
            changes[each.name] = [bool(was), each.is_set]
    return changes
