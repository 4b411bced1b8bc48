"""The day until which a defect is to be answered: a fact for policies, and an honest date for customers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.defects import transitions as defects
from makegood.defects.describing import DueInThePast, describe, note_overdue
from makegood.defects.models import Defect
from makegood.policy import Outcome, Policy, decide
from makegood.refund_requests.facts import Case, facts_of
from tests import cases
from tests.people import NOON, ago, an_order, later, marta, olena

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DUE = TODAY + timedelta(weeks=1)
TOO_LATE = DUE + timedelta(days=1)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "policy" / "facts-of-the-desk.md"
CLOCK = System("a test")


def due(defect: Defect, day: date | None = DUE, *, today: date = TODAY) -> Defect:
    said = {"steps": defect.steps, "occurs_in": defect.occurs_in, "tracker_url": defect.tracker_url}
    seen = Defect.objects.get(pk=defect.pk).revision
    return describe(defect, fix_due_on=day, today=today, seen=seen, by=marta(), at=NOON, **said)


def overdue() -> Defect:
    defect = due(defects.reproduce(cases.a_defect(), by=marta(), at=NOON))
    assert note_overdue(today=TOO_LATE, by=CLOCK, at=later(days=8)) == 1
    return Defect.objects.get(pk=defect.pk)


def the_policy_of_the_page() -> Policy:
    [text] = re.findall(r"```markdown\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    return Policy.parse(text)


def facts(defect: Defect) -> dict[str, object]:
    order = an_order(olena(), purchased_at=ago(days=21))
    return facts_of(Case(ground="", received_at=NOON, order=order, defect=defect), the_policy_of_the_page())


def test_the_day_is_a_fact_and_whether_it_went_by_is_open_until_it_did() -> None:
    told = facts(due(cases.a_defect()))
    assert told["fix_due_on"] == DUE
    assert "fix_overdue" not in told


def test_once_the_day_went_by_the_policy_of_the_page_refunds() -> None:
    told = facts(overdue())
    assert told["fix_overdue"] is True
    assert decide(the_policy_of_the_page(), told).outcome is Outcome.ELIGIBLE


def test_an_answer_before_the_day_means_that_it_never_went_by() -> None:
    defect = due(defects.reproduce(cases.a_defect(), by=marta(), at=NOON))
    fixed = defects.fix(defect, fixed_in="9.7", by=marta(), at=NOON)
    assert facts(fixed)["fix_overdue"] is False
    assert note_overdue(today=TOO_LATE, by=CLOCK, at=later(days=8)) == 0


def test_without_a_day_nothing_is_late() -> None:
    told = facts(defects.reproduce(cases.a_defect(), by=marta(), at=NOON))
    assert {"fix_due_on", "fix_overdue"}.isdisjoint(told)


def test_on_the_day_itself_it_is_not_over_and_after_it_that_is_recorded_once() -> None:
    defect = due(cases.a_defect())
    assert note_overdue(today=DUE, by=CLOCK, at=later(days=7)) == 0
    assert [note_overdue(today=TOO_LATE, by=CLOCK, at=later(days=8)) for _ in range(2)] == [1, 0]
    happened = Event.objects.get(action=Action.DEFECT_OVERDUE)
    assert (happened.subject_id, happened.sentence) == (defect.pk, f"The day for an answer is over: {DUE}")


def test_another_day_takes_it_back() -> None:
    again = due(overdue(), DUE + timedelta(weeks=4), today=TOO_LATE)
    assert again.overdue_since is None
    assert "fix_overdue" not in facts(again)


def test_a_day_that_is_over_is_refused_but_one_that_stands_may_stay() -> None:
    with pytest.raises(DueInThePast, match="not over yet"):
        due(cases.a_defect(), NOON.date() - timedelta(days=1))
    late = overdue()
    assert describe(
        late,
        steps="Known by now",
        occurs_in="",
        tracker_url="",
        fix_due_on=DUE,
        today=TOO_LATE,
        seen=late.revision,
        by=marta(),
        at=later(days=8),
    ).overdue_since


def test_a_fact_told_by_the_fix_is_open_again_for_whom_it_fails() -> None:
    fixed = cases.a_fixed_defect(fixed_in="9.7")
    policy = cases.the_policy()
    order = an_order(olena(), purchased_at=ago(days=21))
    case = Case(ground="", received_at=NOON, order=order, defect=fixed, still_broken_in="9.7")
    told = facts_of(case, Policy.parse(policy.text))
    assert told["bug_confirmed"] is True
    assert "fixable" not in told
