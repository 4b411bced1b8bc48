"""A file of the usage of trials comes in whole, and never beyond the quota of a trial."""

from __future__ import annotations

from io import BytesIO

import pytest

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.orders.importing import Imported, ImportRefused, import_trial_usage
from makegood.orders.models import Trial, TrialUsage
from makegood.orders.trials import start_trial
from tests.at_once import at_once, refusals
from tests.people import NOON, a_product, ago, olena, verifier

pytestmark = pytest.mark.django_db

COLUMNS = "usage_id,email,product,used_at,units"
USE = "t-1,olena@example.com,verifier-online,2026-11-22T10:00:00Z,40"


@pytest.fixture(autouse=True)
def _trial(db: None) -> None:
    start_trial(olena(), verifier(), by=olena(), at=ago(days=3))


def trial() -> Trial:
    return Trial.objects.get()


def bring(*lines: str) -> Imported:
    file = BytesIO("\n".join([COLUMNS, *lines, ""]).encode())
    return import_trial_usage(file, name="trials.csv", by=System("a test"), at=NOON)


def problems(*lines: str) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        bring(*lines)
    return [str(problem) for problem in refused.value.problems]


def test_uses_add_up() -> None:
    more = USE.replace("t-1", "t-2").replace("olena@", "OLENA@").replace(",40", ",60")
    assert bring(USE, more) == Imported(lines=2, new=2, known=0)
    assert trial().used == 100
    assert Event.objects.get(action=Action.TRIAL_USAGE_IMPORTED).details["new"] == 2


def test_the_same_file_again_adds_nothing() -> None:
    bring(USE)
    assert bring(USE, USE) == Imported(lines=2, new=0, known=1)
    assert trial().used == 40


def test_beyond_the_quota_it_is_refused_in_words_and_whole() -> None:
    bring(USE)
    more = [USE.replace("t-1", f"t-{number}").replace(",40", ",30") for number in (2, 3, 4)]
    assert problems(*more) == [
        "line 4, units: With it “olena@example.com” has used 130, but the trial includes 100."
    ]
    assert trial().used == 40
    assert TrialUsage.objects.count() == 1


def test_a_trial_without_a_quota_takes_any() -> None:
    Trial.objects.update(quota=None)
    bring(USE.replace(",40", ",2000000"))
    assert trial().used == 2_000_000


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            USE.replace("olena", "lars"),
            "line 2, email: “lars@example.com” has no free trial of “verifier-",
        ),
        (
            USE.replace("verifier", "fax"),
            "line 2, email: “olena@example.com” has no free trial of “fax-",
        ),
        (
            USE.replace("22T", "19T"),
            "line 2, used_at: The trial lasted from “2026-11-20T12:00:00Z” to “2026-12-04T12:00:00Z”.",
        ),
        (USE.replace(",40", ",0"), "line 2, units:"),
    ],
)
def test_a_line_that_cannot_be_is_told(line: str, told: str) -> None:
    a_product("fax-online", kind="service")  # type: ignore[arg-type]
    (said,) = problems(line)
    assert said.startswith(told)
    assert not TrialUsage.objects.exists()


def test_what_is_known_is_not_overwritten() -> None:
    bring(USE)
    (said,) = problems(USE.replace(",40", ",41"))
    assert (
        said
        == "line 2, units: It says “41”, but use “t-1” is known with “40”. What is known is not overwritten."
    )
    (said,) = problems(USE.replace("t-1", "t-2"), USE.replace("t-1", "t-2").replace(",40", ",1"))
    assert "line 2 of this file says" in said


@pytest.mark.django_db(transaction=True)
def test_8_imports_of_one_file_at_once_count_it_once() -> None:
    ends = at_once(*[lambda: bring(USE)] * 8)
    assert refusals(ends) == []
    assert trial().used == 40
