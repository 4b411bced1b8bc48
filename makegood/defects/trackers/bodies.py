"""What a delivery says: which issue, whether it is open or closed now, and as of when."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from makegood.defects.models import TrackerStatus
from makegood.defects.trackers.links import NotATrackerLink, Tracker, read_link
from makegood.defects.trackers.signatures import DeliveryRefused


@dataclass(frozen=True, slots=True)
class News:
    """The issue at `url` has this `status` since it was last changed."""

    url: str
    status: TrackerStatus
    changed_at: datetime


def read_body(tracker: Tracker, body: bytes) -> News | None:
    """What `body` says of an issue; None when it is about something else. Raises DeliveryRefused."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(said, dict):
        raise _unreadable()
    try:
        return _READERS[tracker](said)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, NotATrackerLink):
        raise _unreadable() from None


def _github(said: Mapping[str, Any]) -> News | None:
    if "issue" not in said or "pull_request" in said["issue"]:
        return None
    issue = said["issue"]
    closed = issue["state"] == "closed"
    return _news(issue["html_url"], closed=closed, at=datetime.fromisoformat(issue["updated_at"]))


def _gitlab(said: Mapping[str, Any]) -> News | None:
    if said.get("object_kind") != "issue":
        return None
    issue = said["object_attributes"]
    # Older ones say “2026-11-23 16:50:55 UTC”.
    changed_at = datetime.fromisoformat(issue["updated_at"].replace(" UTC", "+00:00"))
    return _news(issue["url"], closed=issue["state"] == "closed", at=changed_at)


def _jira(said: Mapping[str, Any]) -> News | None:
    if "issue" not in said or not str(said.get("webhookEvent", "")).startswith("jira:issue_"):
        return None
    issue = said["issue"]
    place = issue["self"].partition("/rest/")[0]
    closed = issue["fields"]["status"]["statusCategory"]["key"] == "done"
    changed_at = datetime.fromtimestamp(said["timestamp"] / 1000, UTC)
    return _news(f"{place}/browse/{issue['key']}", closed=closed, at=changed_at)


def _news(url: str, *, closed: bool, at: datetime) -> News:
    if at.tzinfo is None:
        raise ValueError(at)
    return News(read_link(url).url, TrackerStatus.CLOSED if closed else TrackerStatus.OPEN, at)


def _unreadable() -> DeliveryRefused:
    return DeliveryRefused("unreadable", "The delivery is not what this tracker sends.")


_READERS: dict[Tracker, Callable[[Mapping[str, Any]], News | None]] = {
    Tracker.GITHUB: _github,
    Tracker.GITLAB: _gitlab,
    Tracker.JIRA: _jira,
}
