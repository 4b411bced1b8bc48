"""What is written down about a defect: where it happens, how, and its issue in the vendor's tracker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.defects.models import Defect, FormerSteps
from makegood.defects.trackers.links import read_link


class DescribedMeanwhile(Exception):
    """Somebody changed the description after the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this description meanwhile. Please compare it with yours and save again.")
        )


def describe(
    defect: Defect, *, steps: str, occurs_in: str, tracker_url: str, seen: int, by: Actor, at: datetime
) -> Defect:
    """Write the description anew; each thing that changed is an event, and former steps are kept.

    `occurs_in`: versions with commas between. `tracker_url`: empty for none. `seen` is the revision that was
    on the page. Raises DescribedMeanwhile, NotATrackerLink.
    """
    said = {"steps": steps.strip(), "occurs_in": versions_of(occurs_in), "tracker_url": link_of(tracker_url)}
    with transaction.atomic():
        current = locked(defect)
        if current.revision != seen:
            raise DescribedMeanwhile
        changed = {name: value for name, value in said.items() if value != getattr(current, name)}
        if not changed:
            return current
        if "steps" in changed and current.steps:
            FormerSteps.objects.create(defect=current, steps=current.steps, replaced_at=at)
        if "tracker_url" in changed:
            # What the former issue said is not said of the new one.
            current.tracker_status, current.tracker_changed_at = "", None
        for name, value in changed.items():
            setattr(current, name, value)
        current.revision += 1
        current.save(update_fields=[*changed, "tracker_status", "tracker_changed_at", "revision"])
        for action, details in _happened(changed):
            record(action, subject=current, by=by, at=at, **details)
    return current


def versions_of(typed: str) -> str:
    """Versions as they are kept: each once, in the order typed, with commas between."""
    parts = (" ".join(part.split()) for part in typed.replace(";", ",").replace("\n", ",").split(","))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def link_of(typed: str) -> str:
    """The link to the tracker as it is kept; empty for none. Raises NotATrackerLink."""
    return read_link(typed).url if typed.strip() else ""


def _happened(changed: Mapping[str, str]) -> Iterator[tuple[Action, dict[str, str]]]:
    if "steps" in changed:
        yield Action.DEFECT_STEPS_CHANGED, {}
    if "occurs_in" in changed:
        yield Action.DEFECT_VERSIONS_CHANGED, {"versions": changed["occurs_in"] or "–"}
    if "tracker_url" in changed:
        linked = bool(changed["tracker_url"])
        action = Action.DEFECT_TRACKER_LINKED if linked else Action.DEFECT_TRACKER_UNLINKED
        yield action, {"issue": changed["tracker_url"]}
