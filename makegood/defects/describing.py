"""What is written down about a defect: where it happens, how, and its issue in the vendor's tracker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.defects.models import Defect, FormerSteps
from makegood.defects.states import UNANSWERED
from makegood.defects.trackers.links import read_link


class DescribedMeanwhile(Exception):
    """Somebody changed the description after the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this description meanwhile. Please compare it with yours and save again.")
        )


class DueInThePast(Exception):
    """The day until which it is to be answered is over already."""

    def __init__(self) -> None:
        super().__init__(_("Please give a day that is not over yet."))


def describe(
    defect: Defect,
    *,
    steps: str,
    occurs_in: str,
    tracker_url: str,
    fix_due_on: date | None,
    seen: int,
    today: date,
    by: Actor,
    at: datetime,
) -> Defect:
    """Write the description anew; each thing that changed is an event, and former steps are kept.

    `occurs_in`: versions with commas between. `tracker_url`: empty for none. `fix_due_on`: None for none,
    else a day in the zone of the desk, where it is `today`. `seen` is the revision that was on the page.

    Raises DescribedMeanwhile, NotATrackerLink, DueInThePast (where it is another day than before).
    """
    said: dict[str, Any] = {
        # Browsers end lines in two characters, and that alone is no change.
        "steps": steps.replace("\r\n", "\n").strip(),
        "occurs_in": versions_of(occurs_in),
        "tracker_url": link_of(tracker_url),
        "fix_due_on": fix_due_on,
    }
    with transaction.atomic():
        current = locked(defect)
        if current.revision != seen:
            raise DescribedMeanwhile
        changed = {name: value for name, value in said.items() if value != getattr(current, name)}
        if not changed:
            return current
        if fix_due_on is not None and "fix_due_on" in changed and fix_due_on < today:
            raise DueInThePast
        _write(current, changed, at=at)
        for action, details in _happened(changed):
            record(action, subject=current, by=by, at=at, **details)
    return current


def _write(defect: Defect, changed: Mapping[str, Any], *, at: datetime) -> None:
    """What `changed`, with what no longer holds then; the caller has locked the row."""
    if "steps" in changed and defect.steps:
        FormerSteps.objects.create(defect=defect, steps=defect.steps, replaced_at=at)
    if "tracker_url" in changed:
        # What the former issue said is not said of the new one.
        defect.tracker_status, defect.tracker_changed_at = "", None
    if "fix_due_on" in changed:
        defect.overdue_since = None
    for name, value in changed.items():
        setattr(defect, name, value)
    defect.revision += 1
    defect.save()


def versions_of(typed: str) -> str:
    """Versions as they are kept: each once, in the order typed, with commas between."""
    parts = (" ".join(part.split()) for part in typed.replace(";", ",").replace("\n", ",").split(","))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def link_of(typed: str) -> str:
    """The link to the tracker as it is kept; empty for none. Raises NotATrackerLink."""
    return read_link(typed).url if typed.strip() else ""


def _happened(changed: Mapping[str, Any]) -> Iterator[tuple[Action, dict[str, str]]]:
    if "steps" in changed:
        yield Action.DEFECT_STEPS_CHANGED, {}
    if "occurs_in" in changed:
        yield Action.DEFECT_VERSIONS_CHANGED, {"versions": changed["occurs_in"] or "–"}
    if "fix_due_on" in changed:
        yield Action.DEFECT_FIX_DUE, {"day": str(changed["fix_due_on"] or "–")}
    if "tracker_url" in changed:
        linked = bool(changed["tracker_url"])
        action = Action.DEFECT_TRACKER_LINKED if linked else Action.DEFECT_TRACKER_UNLINKED
        yield action, {"issue": changed["tracker_url"]}


def note_overdue(*, today: date, by: Actor, at: datetime) -> int:
    """Record each defect whose day is over and which nobody answered; how many were new.

    `today` in the zone of the desk. Each is a transaction of its own.
    """
    late = Defect.objects.filter(fix_due_on__lt=today, overdue_since=None, state__in=UNANSWERED)
    noted = 0
    for defect in late.order_by("fix_due_on", "id"):
        with transaction.atomic():
            current = late.select_for_update(no_key=True).filter(pk=defect.pk).first()
            if current is None:
                continue
            current.overdue_since = at
            current.save(update_fields=["overdue_since"])
            record(Action.DEFECT_OVERDUE, subject=current, by=by, at=at, day=str(current.fix_due_on))
            noted += 1
    return noted
