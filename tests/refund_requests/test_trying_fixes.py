"""Trying a fix: every waiting member is asked once, silence closes as was said, and “still broken” counts."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.notifications import bounces, letters, silence
from makegood.notifications.incoming.reports import Report
from makegood.notifications.models import Letter, Trouble
from makegood.orders.models import Edition
from makegood.policy import Outcome
from makegood.queue import promises
from makegood.refund_requests import conversation, defect_verdicts, looking_again, transitions
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import NamedOrder, RefundRequest
from makegood.refund_requests.states import State
from tests import cases
from tests.at_once import at_once
from tests.orders.test_downloads import a_release
from tests.people import NOON, ago, an_order, later, marta, olena, petro

pytestmark = pytest.mark.django_db
WORKER = System("a test")


def waiting_for(defect: Defect, count: int) -> list[RefundRequest]:
    orders = [an_order(olena(), purchased_at=ago(days=21, hours=hours)) for hours in range(count)]
    return [cases.with_engineers(cases.a_request(order), defect=defect) for order in orders]


def follow(defect: Defect) -> None:
    defect_verdicts.follow(defect, try_until=later(days=14), by=WORKER, at=NOON)


def states(requests: list[RefundRequest]) -> list[str]:
    return [cases.now(one).state for one in requests]


def says(refund_request: RefundRequest, body: str = "It stops all the same", *, broken: bool = True) -> None:
    conversation.write_as_member(
        refund_request, body=body, token=uuid4(), by=olena(), at=later(days=1), still_broken=broken
    )


def asked_by_letter(*, sent: bool = True, trouble: str = "") -> RefundRequest:
    """Trying the fix for a fortnight; the letter that asked was sent, or not, or came back."""
    trying = cases.trying_fix()
    letter = letters.try_fix(cases.event_of(trying, Action.ASKED_TO_TRY), NOON)
    assert letter is not None
    Letter.objects.filter(pk=letter.pk).update(
        sent_at=NOON if sent else None,
        claimed_at=NOON if sent else None,
        trouble=trouble,
        trouble_at=NOON if trouble else None,
    )
    return trying


# The verdict


def test_each_waiting_member_is_asked_to_try_the_version_that_fixes_it() -> None:
    defect = cases.a_defect()
    requests = waiting_for(defect, 2)
    follow(cases.a_fixed_defect(defect, fixed_in="9.7"))
    for one in map(cases.now, requests):
        assert (one.state, one.fix_to_try, one.try_until) == (State.TRYING_FIX, "9.7", later(days=14))
        assert one.queued_at == one.received_at


def test_a_job_that_breaks_off_in_the_middle_is_run_again_and_asks_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect = cases.a_defect()
    requests = waiting_for(defect, 3)
    fixed = cases.a_fixed_defect(defect)
    ask, asked = transitions.ask_to_try, list[int]()

    def breaks_at_the_second(refund_request: RefundRequest, **how: object) -> RefundRequest:
        if len(asked) == 1:
            raise KeyboardInterrupt
        asked.append(refund_request.pk)
        return ask(refund_request, **how)  # type: ignore[arg-type]  # passed on

    with monkeypatch.context() as patched:
        patched.setattr(transitions, "ask_to_try", breaks_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            follow(fixed)
    assert states(requests) == [State.TRYING_FIX, State.WITH_ENGINEERS, State.WITH_ENGINEERS]
    for _ in range(2):
        follow(fixed)
    assert states(requests) == [State.TRYING_FIX] * 3
    assert [cases.happened(one).count("asked_to_try") for one in requests] == [1, 1, 1]


def test_a_fix_taken_back_returns_them_to_the_engineers_and_another_one_asks_anew() -> None:
    defect = cases.a_defect()
    [one] = waiting_for(defect, 1)
    follow(cases.a_fixed_defect(defect, fixed_in="9.7"))
    defects.reopen(defect, by=marta(), at=NOON)
    follow(defect)
    assert (cases.now(one).state, cases.now(one).try_until) == (State.WITH_ENGINEERS, None)
    defects.fix(defect, fixed_in="9.8", by=marta(), at=NOON)
    follow(defect)
    assert (cases.now(one).state, cases.now(one).fix_to_try) == (State.TRYING_FIX, "9.8")


def test_a_fix_replaced_before_anybody_was_told_asks_for_the_newer_one_only() -> None:
    defect = cases.a_defect()
    [one] = waiting_for(defect, 1)
    first = cases.a_fixed_defect(defect, fixed_in="9.7")
    defects.reopen(defect, by=marta(), at=NOON)
    defects.fix(defect, fixed_in="9.8", by=marta(), at=NOON)
    follow(first)
    assert cases.now(one).fix_to_try == "9.8"
    assert cases.happened(one).count("asked_to_try") == 1


def test_a_fix_given_up_after_all_makes_each_decidable() -> None:
    defect = cases.a_defect()
    [one] = waiting_for(defect, 1)
    follow(cases.a_fixed_defect(defect))
    defects.reopen(defect, by=marta(), at=NOON)
    defects.give_up(defect, by=marta(), at=NOON)
    follow(defect)
    [live] = answers_of_request(cases.now(one))
    assert (cases.now(one).state, live.answer.outcome) == (State.WAITING, Outcome.ELIGIBLE)


def test_until_when_is_a_setting_in_working_days() -> None:
    # From Monday at noon, ten working days later: Monday in two weeks, at the end of the day in Kyiv.
    assert settings.MAKEGOOD_DAYS_TO_TRY_A_FIX == 10
    assert promises.try_until(NOON) == datetime(2026, 12, 7, 18, tzinfo=ZoneInfo("Europe/Kyiv"))


def test_postgresql_keeps_the_day_with_the_state() -> None:
    trying = cases.trying_fix()
    for wrong in ({"try_until": None}, {"fix_to_try": ""}, {"defect": None}, {"state": State.WAITING}):
        with pytest.raises(IntegrityError, match="tries_a_fix_until"), transaction.atomic():
            RefundRequest.objects.filter(pk=trying.pk).update(**wrong)


# What the member says


def test_still_broken_returns_it_to_its_place_with_their_words_and_marks_the_defect() -> None:
    trying = cases.trying_fix(fixed_in="9.7")
    says(trying, "It stops after 300 letters now")
    back = cases.now(trying)
    assert (back.state, back.still_broken_in, back.queued_at) == (State.WAITING, "9.7", trying.queued_at)
    assert cases.messages_of(back) == ["It stops after 300 letters now"]
    told = Event.objects.get(action=Action.DEFECT_STILL_HAPPENS)
    assert told.sentence == f"A customer says that it still happens in 9.7 ({back.reference})"
    assert (told.subject_kind, told.subject_id) == ("defect", back.defect_id)
    # The verdict stands: one customer's word is for the engineer's eyes.
    assert Defect.objects.get().fixed_in == "9.7"


def test_for_whom_it_is_still_broken_the_policy_does_not_refuse_because_of_the_fix() -> None:
    trying = cases.trying_fix()
    [tries] = answers_of_request(cases.now(trying))
    says(trying)
    [broken] = answers_of_request(cases.now(trying))
    assert (tries.facts["fixable"], tries.answer.outcome) == (True, Outcome.INELIGIBLE)
    assert "fixable" not in broken.facts
    assert broken.answer.outcome is Outcome.NEEDS_REVIEW


def test_only_asking_something_also_returns_it_and_marks_nothing() -> None:
    trying = cases.trying_fix()
    says(trying, "Where do I get it?", broken=False)
    assert (cases.now(trying).state, cases.now(trying).still_broken_in) == (State.WAITING, "")
    assert not Event.objects.filter(action=Action.DEFECT_STILL_HAPPENS).exists()


def test_still_broken_sent_twice_counts_once() -> None:
    trying, token = cases.trying_fix(), uuid4()
    for _ in range(2):
        conversation.write_as_member(trying, body="No", token=token, by=olena(), at=NOON, still_broken=True)
    assert Event.objects.filter(action=Action.DEFECT_STILL_HAPPENS).count() == 1


def test_still_broken_after_the_request_was_closed_is_a_message_that_waits_for_an_answer() -> None:
    solved = cases.solved()
    says(solved)
    now = cases.now(solved)
    told = now.messages.latest("pk").pk
    assert told is not None
    assert (now.state, now.unanswered_since) == (State.SOLVED, later(days=1))
    again = looking_again.look_again(
        now, reason="It came back", by=petro(), at=later(days=2), seen_up_to=told
    )
    assert (again.state, again.round, again.queued_at) == (State.WAITING, 2, solved.queued_at)


def test_it_works_closes_the_request_and_frees_its_order() -> None:
    solved = cases.solved()
    assert solved.try_until is None
    assert not NamedOrder.objects.get(refund_request=solved).open


def test_of_how_many_it_was_solved_and_for_how_many_not() -> None:
    defect = cases.a_defect()
    first, second, third, _ = waiting_for(defect, 4)
    assert defect_verdicts.trial_of(defect) is None
    fixed = cases.a_fixed_defect(defect)
    follow(fixed)
    says(first)
    says(second)
    transitions.fix_works(third, by=olena(), at=NOON)
    trial = defect_verdicts.trial_of(fixed)
    assert trial == defect_verdicts.Trial(trying=1, solved=1, broken=2)
    assert trial.mostly_broken


# Silence


def test_silence_until_the_day_closes_it_once_and_not_before() -> None:
    trying = asked_by_letter()
    assert silence.close_untried(at=later(days=14)) == 0
    assert [silence.close_untried(at=later(days=15)) for _ in range(2)] == [1, 0]
    assert cases.now(trying).state == State.SOLVED
    assert cases.happened(trying).count("solved_by_silence") == 1


@pytest.mark.parametrize("how", [{"sent": False}, {"trouble": Trouble.BOUNCED}])
def test_who_never_got_the_letter_was_not_silent(how: dict[str, object]) -> None:
    trying = asked_by_letter(**how)  # type: ignore[arg-type]  # as named
    assert silence.close_untried(at=later(days=15)) == 0
    assert cases.now(trying).state == State.TRYING_FIX


def test_who_wrote_anything_was_not_silent() -> None:
    trying = asked_by_letter()
    says(trying, "I try it tomorrow", broken=False)
    assert silence.close_untried(at=later(days=15)) == 0
    assert cases.now(trying).state == State.WAITING


def test_a_letter_that_came_back_puts_the_request_back_with_its_reason() -> None:
    trying = asked_by_letter()
    report = Report(Trouble.BOUNCED, "5.1.1", "550 user unknown", "")
    bounces.note(Letter.objects.get(kind="try_fix"), report, by=System("a test"), at=later(days=1))
    back = cases.now(trying)
    assert (back.state, back.try_until, back.queued_at) == (State.WAITING, None, trying.queued_at)
    event = Event.objects.get(action=Action.FIX_NOT_HEARD_OF)
    assert "The letter about version 9.7 came back" in event.sentence
    assert back.promises.latest("id").made_at == later(days=1)


def test_an_older_letter_that_comes_back_late_moves_nothing() -> None:
    trying = asked_by_letter()
    older = Letter.objects.get(kind="try_fix")
    back = transitions.take_fix_back(trying, by=WORKER, at=NOON)
    defect = cases.a_fixed_defect(fixed_in="9.8")
    transitions.ask_to_try(back, defect=defect, until=later(days=14), by=WORKER, at=NOON)
    newer = Event.objects.filter(action=Action.ASKED_TO_TRY).latest("pk")
    assert letters.try_fix(newer, NOON) is not None
    report = Report(Trouble.BOUNCED, "5.1.1", "550 user unknown", "")
    bounces.note(older, report, by=System("a test"), at=later(days=1))
    assert cases.now(trying).state == State.TRYING_FIX


@pytest.mark.django_db(transaction=True)
def test_the_member_and_the_clock_at_once_one_closes_it() -> None:
    trying, member = asked_by_letter(), olena()
    at_once(
        lambda: silence.close_untried(at=later(days=15)),
        lambda: transitions.fix_works(trying, by=member, at=later(days=15)).state,
    )
    closed = {"solved_by_silence", "fix_works"} & set(cases.happened(trying))
    assert (cases.now(trying).state, len(closed)) == (State.SOLVED, 1)


# The letters


def test_the_letter_says_where_until_when_and_what_silence_means() -> None:
    letter = letters.try_fix(cases.event_of(cases.trying_fix(), Action.ASKED_TO_TRY), NOON)
    assert letter is not None
    words = " ".join(letter.text.split())
    assert letter.text.startswith("Please try version 9.7\n")
    assert "by 7 December 2026, 14:00 Kyiv time" in words
    assert "If we hear nothing from you by 7 December 2026, 14:00 Kyiv time, we take it" in words
    assert "download" not in words


def test_the_letter_says_so_where_the_version_can_be_downloaded_here() -> None:
    trying = cases.trying_fix()
    a_release(Edition.FULL, version="9.7", product=trying.product)
    letter = letters.try_fix(cases.event_of(trying, Action.ASKED_TO_TRY), NOON)
    assert letter is not None
    assert "You can download it on the page of your request." in letter.text


def test_nobody_is_asked_by_letter_to_try_what_was_taken_back_meanwhile() -> None:
    trying = cases.trying_fix()
    transitions.take_fix_back(trying, by=WORKER, at=NOON)
    assert letters.try_fix(cases.event_of(trying, Action.ASKED_TO_TRY), NOON) is None
