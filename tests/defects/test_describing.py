"""What is written down about a defect: changed with its history, and never over somebody else's change."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from makegood.audit.models import Event
from makegood.defects import transitions
from makegood.defects.describing import DescribedMeanwhile, describe, versions_of
from makegood.defects.models import Defect, FormerSteps
from makegood.defects.trackers.links import NotATrackerLink, read_link
from tests.at_once import at_once, refusals
from tests.cases import a_defect
from tests.people import NOON, later, mail_sender, marta, petro

pytestmark = pytest.mark.django_db
ISSUE = "https://github.com/vendor/mail-sender/issues/118"


def described(defect: Defect, **said: object) -> Defect:
    fields: dict[str, object] = {
        "steps": defect.steps,
        "occurs_in": defect.occurs_in,
        "tracker_url": defect.tracker_url,
    }
    fields |= {"fix_due_on": defect.fix_due_on, "today": NOON.date()}
    fields |= {"seen": defect.revision, "by": marta(), "at": later(hours=1)}
    return describe(defect, **(fields | said))  # type: ignore[arg-type]  # as typed


def sentences(defect: Defect) -> list[str]:
    rows = Event.objects.filter(subject_kind="defect", subject_id=defect.pk).order_by("pk")
    return [row.sentence for row in rows][1:]


def test_each_thing_that_changed_is_an_event_and_former_steps_are_kept() -> None:
    before = a_defect()
    after = described(before, steps="1. Load 500 letters", occurs_in="9.6;9.5, 9.6", tracker_url=ISSUE)
    assert (after.steps, after.occurs_in, after.revision) == ("1. Load 500 letters", "9.6, 9.5", 2)
    assert sentences(after) == [
        "How to make it happen was written anew",
        "Happens in: 9.6, 9.5",
        f"Linked to {ISSUE}",
    ]
    assert FormerSteps.objects.get().steps == before.steps
    assert after.issue is not None
    assert after.issue.label == "GitHub #118"


def test_saving_what_stands_there_already_is_no_change() -> None:
    defect = transitions.report(
        product=mail_sender(), title="Slow", steps="1. Load\r\n2. Send", by=marta(), at=NOON
    )
    assert described(defect).revision == 1
    assert described(defect, steps="1. Load\r\n2. Send\r\n").revision == 1
    assert sentences(defect) == []


def test_a_description_changed_meanwhile_is_not_written_over() -> None:
    opened = a_defect()
    described(opened, steps="Marta's")
    with pytest.raises(DescribedMeanwhile, match="compare"):
        described(opened, steps="Petro's", by=petro())
    assert Defect.objects.get().steps == "Marta's"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told() -> None:
    opened = a_defect()
    said = {
        "occurs_in": "",
        "tracker_url": "",
        "fix_due_on": None,
        "today": NOON.date(),
        "seen": 1,
        "by": marta(),
        "at": NOON,
    }
    ends = at_once(
        lambda: describe(opened, steps="one", **said),  # type: ignore[arg-type]  # as typed
        lambda: describe(opened, steps="two", **said),  # type: ignore[arg-type]
    )
    assert [type(refusal) for refusal in refusals(ends)] == [DescribedMeanwhile]


def test_what_the_former_issue_said_is_not_said_of_the_new_one() -> None:
    linked = described(a_defect(), tracker_url=ISSUE)
    Defect.objects.filter(pk=linked.pk).update(tracker_status="closed", tracker_changed_at=NOON)
    again = described(linked, tracker_url="https://github.com/vendor/other/issues/1")
    assert (again.tracker_status, again.tracker_changed_at) == ("", None)


def test_a_new_defect_may_come_with_all_of_it() -> None:
    defect = transitions.report(
        product=mail_sender(), title="Slow", steps="", by=marta(), at=NOON, occurs_in="1,2", tracker_url=ISSUE
    )
    assert (defect.occurs_in, defect.tracker_url) == ("1, 2", ISSUE)


def test_former_steps_can_not_be_changed() -> None:
    described(a_defect(), steps="other")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        FormerSteps.objects.update(steps="never said")


def test_postgresql_keeps_what_the_tracker_says_with_its_link() -> None:
    with pytest.raises(IntegrityError, match="defect_tracker_says_of_its_link"), transaction.atomic():
        Defect.objects.filter(pk=a_defect().pk).update(tracker_status="closed", tracker_changed_at=NOON)
    with pytest.raises(IntegrityError, match="defect_tracker_by_https"), transaction.atomic():
        Defect.objects.filter(pk=a_defect().pk).update(tracker_url="http://github.com/a/b/issues/1")


def test_versions_are_kept_each_once_in_the_order_typed() -> None:
    assert versions_of(" 9.6 ,9.5;\n 9.6,, 10  beta ") == "9.6, 9.5, 10 beta"


# Links


@pytest.mark.parametrize(
    ("typed", "kept", "label"),
    [
        (f"  {ISSUE}#issuecomment-1 ", ISSUE, "GitHub #118"),
        ("https://GitHub.com/Vendor/Mail-Sender/issues/0118/?q=1", ISSUE, "GitHub #118"),
        (
            "https://gitlab.vendor.example/a/b/c/-/issues/7",
            "https://gitlab.vendor.example/a/b/c/-/issues/7",
            "GitLab #7",
        ),
        ("https://gitlab.com/a/b/-/work_items/7", "https://gitlab.com/a/b/-/issues/7", "GitLab #7"),
        (
            "https://vendor.atlassian.net/browse/mail-42",
            "https://vendor.atlassian.net/browse/MAIL-42",
            "Jira MAIL-42",
        ),
        (
            "https://jira.vendor.example:8443/jira/browse/MAIL-42",
            "https://jira.vendor.example:8443/jira/browse/MAIL-42",
            "Jira MAIL-42",
        ),
    ],
)
def test_a_link_is_kept_in_one_form(typed: str, kept: str, label: str) -> None:
    issue = read_link(typed)
    assert (issue.url, issue.label) == (kept, label)
    assert read_link(issue.url) == issue


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://github.com/a/b/issues/1",
        "javascript:alert(1)//github.com/a/b/issues/1",
        "https://user:password@github.com/a/b/issues/1",
        "https://github.com@evil.example/a/b/issues/1\n",
        "https://github.com/a/b/pull/1",
        "https://github.com/a/b/issues/",
        "https://github.com/a/b/issues/1/../../settings",
        "https://github.com/a%2fb/c/issues/1",
        "https://[::1/a/b/issues/1",
        "https:///a/b/issues/1",
        "https://github.com/a/b/issues/1" + "0" * 300,
        "ftp://gitlab.com/a/b/-/issues/1",
        "https://vendor.example/browse/none",
    ],
)
def test_what_is_no_issue_by_plain_https_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotATrackerLink, match="beginning with https://"):
        read_link(typed)
