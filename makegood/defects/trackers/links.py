"""Links to an issue in the vendor's tracker: which addresses are one, and how each is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

LONGEST = 300
"""Characters of the longest link that is kept."""


class Tracker(StrEnum):
    """The kinds of tracker whose links and webhooks are understood."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"


NAMES = {Tracker.GITHUB: "GitHub", Tracker.GITLAB: "GitLab", Tracker.JIRA: "Jira"}

_NAME = r"[A-Za-z0-9_.-]+"
_PATHS = (
    (Tracker.GITLAB, re.compile(rf"(?P<place>(?:/{_NAME}){{2,}})/-/(?:issues|work_items)/(?P<number>\d+)")),
    (Tracker.GITHUB, re.compile(rf"(?P<place>/{_NAME}/{_NAME})/issues/(?P<number>\d+)")),
    (
        Tracker.JIRA,
        re.compile(r"(?P<place>(?:/[A-Za-z0-9_-]+)?)/browse/(?P<number>[A-Za-z][A-Za-z0-9_]*-\d+)"),
    ),
)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


class NotATrackerLink(Exception):
    """The address is no issue of a tracker that we understand, or it is not plain https."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Please give the address of one issue on GitHub, GitLab or Jira, beginning with https://, "
                "for example https://github.com/vendor/program/issues/118."
            )
        )


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: `url` is its address in the one form in which links are kept and compared."""

    tracker: Tracker
    url: str
    name: str

    @property
    def label(self) -> str:
        """How people name it: GitHub #118, Jira MAIL-42."""
        return f"{NAMES[self.tracker]} {self.name}"


def read_link(address: str) -> Issue:
    """The issue that `address` names; what follows it (a query, a comment's anchor) is left out.

    Raises NotATrackerLink, also for an address with a user name, or that is not https.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.netloc.lower()
    except ValueError:
        raise NotATrackerLink from None
    if parts.scheme != "https" or not _HOST.fullmatch(host):
        raise NotATrackerLink
    for tracker, path in _PATHS:
        found = path.fullmatch(parts.path.rstrip("/"))
        if found:
            return _issue(tracker, host, found["place"], found["number"])
    raise NotATrackerLink


def _issue(tracker: Tracker, host: str, place: str, number: str) -> Issue:
    if tracker is Tracker.JIRA:
        url, name = f"https://{host}{place}/browse/{number.upper()}", number.upper()
    else:
        # Both find projects in whatever case, so two ways of writing one are one link.
        dash = "/-" if tracker is Tracker.GITLAB else ""
        url, name = f"https://{host}{place.lower()}{dash}/issues/{int(number)}", f"#{int(number)}"
    if len(url) > LONGEST:
        raise NotATrackerLink
    return Issue(tracker, url, name)
