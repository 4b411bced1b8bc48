"""Shown first, undone while there is time, then done to each request by the verb that a person would use."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from makegood.accounts.models import StaffRole
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.bulk_actions import confirming, previewing
from makegood.bulk_actions.models import BulkAction, BulkItem, Kind
from makegood.bulk_actions.previewing import MOST, MayNotActInBulk, NothingChosen, TooMany
from makegood.bulk_actions.states import State
from makegood.bulk_actions.work import DefectIsAnswered, Work
from makegood.defects import transitions as defects
from makegood.privacy.erasing import erase
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refund_requests.prepared_replies.filling import UnknownPlaceholder
from tests import cases
from tests.bulk_actions.scenes import (
    BEGUN,
    a_message,
    carried_out,
    confirmed,
    ends,
    previewed,
    requests_of,
    seen,
)
from tests.people import NOON, a_lead, ago, an_order, later, marta, mei, ola, olena, petro, verifier

pytestmark = pytest.mark.django_db


def said_to(refund_request: RefundRequest) -> list[str]:
    return list(Message.objects.filter(refund_request=refund_request).values_list("body", flat=True))


# Preview


def test_a_preview_fills_in_the_words_for_each_and_does_nothing() -> None:
    rows = requests_of(2)
    action = previewed(rows)
    texts = list(action.items.order_by("id").values_list("text", flat=True))
    assert texts == [
        f"Dear Ada{number}, about {row.reference}: the outage is over." for number, row in enumerate(rows)
    ]
    assert not Message.objects.exists()
    assert carried_out(action, at=later(days=1)).state == State.PREVIEWED


def test_who_cannot_be_written_to_is_left_out_with_the_reason() -> None:
    asked = cases.taken(cases.a_request())
    transitions.ask_member(asked, by=petro(), at=NOON)
    unanswered = cases.declined()
    conversation.write_as_member(unanswered, body="No!", token=uuid4(), by=unanswered.member, at=NOON)
    own = cases.a_request(an_order(a_lead(), purchased_at=ago(days=3)))
    rows = [
        cases.a_request(),
        cases.taken(cases.a_request()),
        cases.withdrawn(),
        asked,
        cases.trying_fix(),
        unanswered,
        own,
        cases.approved(),
    ]
    whys = [why for _, why in ends(previewed(rows))]
    assert whys == ["", "held", "withdrawn", "asked", "trying", "unanswered", "own", ""]


def test_one_that_goes_on_in_another_is_left_out() -> None:
    gone = cases.merged()
    for work in (a_message(), Work(Kind.LINK, defect=cases.a_defect())):
        assert ends(previewed([gone], work)) == [("left_out", "merged")]


def test_a_prepared_reply_goes_to_those_it_is_meant_for() -> None:
    other = cases.a_request(an_order(mei(), verifier(), purchased_at=ago(days=3)))
    german = cases.a_request(an_order(mei(), purchased_at=ago(days=3)))
    german.member.language = "de"
    german.member.save()
    work = Work(Kind.MESSAGE, body="Hello", language="en", product=cases.a_request().product)
    assert [why for _, why in ends(previewed([cases.a_request(), other, german], work))] == [
        "",
        "other_product",
        "other_language",
    ]


def test_a_placeholder_that_has_nothing_to_stand_for_leaves_the_request_out() -> None:
    work = Work(Kind.MESSAGE, body="You hear from us {next_update}.")
    assert ends(previewed([cases.declined()], work)) == [("left_out", "not_filled_in")]


def test_what_cannot_be_previewed_says_why() -> None:
    rows = requests_of(1)
    for work, by, refusal in (
        (a_message(), petro(), MayNotActInBulk),
        (Work(Kind.MESSAGE, body="{card}"), a_lead(), UnknownPlaceholder),
        (Work(Kind.NOTE, body=" "), a_lead(), conversation.SaysNothing),
    ):
        with pytest.raises(refusal):
            previewed(rows, work, by=by)
    with pytest.raises(NothingChosen):
        previewed([])
    with pytest.raises(TooMany):
        previewing.preview(list(range(MOST + 1)), a_message(), by=a_lead(), at=NOON)


def test_a_preview_that_nobody_confirms_is_forgotten_with_its_words() -> None:
    previewed(requests_of(1))
    kept = confirmed(requests_of(2)[1:])
    previewing.forget_old(at=later(days=1, minutes=1))
    assert list(BulkAction.objects.values_list("pk", flat=True)) == [kept.pk]


# Confirming and undoing


def test_only_what_was_shown_is_confirmed_by_whom_it_was_shown() -> None:
    action = previewed(requests_of(2))
    shown = seen(action)
    with pytest.raises(MayNotActInBulk):
        confirming.confirm(action, seen=shown, by=ola(), at=NOON)
    with pytest.raises(confirming.AnotherPreview):
        confirming.confirm(action, seen=seen(previewed(requests_of(1))), by=a_lead(), at=NOON)
    BulkItem.objects.filter(action=action).update(text="Something else")
    with pytest.raises(confirming.AnotherPreview):
        confirming.confirm(action, seen=shown, by=a_lead(), at=NOON)
    with pytest.raises(confirming.PreviewTooOld):
        confirming.confirm(action, seen=seen(action), by=a_lead(), at=later(hours=1, minutes=1))
    confirming.confirm(action, seen=seen(action), by=a_lead(), at=NOON)
    with pytest.raises(MoveNotAllowed):
        confirming.confirm(action, seen=seen(action), by=a_lead(), at=NOON)


def test_nothing_begins_before_the_time_to_undo_is_over() -> None:
    action = confirmed(requests_of(1))
    assert action.begins_at == NOON + timedelta(minutes=2)
    carried_out(action, at=NOON + timedelta(seconds=119))
    assert not Message.objects.exists()
    assert carried_out(action).state == State.DONE
    assert Message.objects.count() == 1


def test_undone_before_it_begins_nothing_of_it_happens() -> None:
    action = confirmed(requests_of(2))
    confirming.undo(action, by=ola(), at=NOON)
    assert carried_out(action).state == State.TAKEN_BACK
    assert ends(action) == [("taken_back", "")] * 2
    assert not Message.objects.exists()
    with pytest.raises(MoveNotAllowed):
        confirming.undo(action, by=ola(), at=NOON)
    with pytest.raises(MayNotActInBulk):
        confirming.undo(confirmed(requests_of(2)[:1]), by=petro(), at=NOON)


# Doing


def test_each_gets_what_was_shown_once_with_its_event() -> None:
    rows = requests_of(2)
    action = confirmed(rows)
    texts = list(action.items.order_by("id").values_list("text", flat=True))
    carried_out(action)
    carried_out(action, at=later(hours=1))
    assert [said_to(row) for row in rows] == [[text] for text in texts]
    assert ends(action) == [("done", "")] * 2
    for row in rows:
        event = cases.event_of(row, Action.MESSAGE_FROM_US)
        assert (event.actor_id, event.at) == (a_lead().pk, BEGUN)
    assert not action.items.exclude(text="").exists(), "the ticket has the words"
    done = Event.objects.get(action=Action.BULK_DONE)
    assert done.sentence == "Done for many requests at once: 2; left out: 0"


def test_what_changed_since_the_preview_is_left_out() -> None:
    wrote, taken, withdrawn, same = rows = requests_of(4)
    action = confirmed(rows)
    conversation.write_as_member(wrote, body="And one more thing", token=uuid4(), by=wrote.member, at=NOON)
    transitions.take(taken, by=petro(), at=NOON)
    transitions.withdraw(withdrawn, by=withdrawn.member, at=NOON)
    carried_out(action)
    assert ends(action) == [
        ("left_out", "wrote"),
        ("left_out", "changed"),
        ("left_out", "changed"),
        ("done", ""),
    ]
    assert len(said_to(same)) == 1


def test_who_lost_the_right_meanwhile_does_nothing_any_more() -> None:
    action = confirmed(requests_of(1))
    StaffRole.objects.filter(user=a_lead()).delete()
    carried_out(action)
    assert ends(action) == [("left_out", "may_not")]


def test_one_at_fault_does_not_keep_the_others_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = rows = requests_of(2)
    action = confirmed(rows)
    announce = conversation.announce

    def faulty(refund_request: RefundRequest, **said: object) -> Message:
        message = announce(refund_request, **said)  # type: ignore[arg-type]  # passed on
        if refund_request.pk == first.pk:
            raise ZeroDivisionError
        return message

    monkeypatch.setattr(conversation, "announce", faulty)
    assert carried_out(action).state == State.DONE
    assert ends(action) == [("left_out", "failed"), ("done", "")]
    assert (said_to(first), len(said_to(second))) == ([], 1)
    assert "bulk_item_failed" in caplog.text


def test_an_announcement_answers_nothing_and_keeps_the_place_in_the_queue() -> None:
    [row] = requests_of(1)
    carried_out(confirmed([row]))
    after = cases.now(row)
    assert (after.state, after.examine_by, after.queued_at) == (row.state, row.examine_by, row.queued_at)


def test_a_note_is_written_on_each_whatever_its_state() -> None:
    rows = [cases.withdrawn(), cases.taken(cases.a_request())]
    action = confirmed(rows, Work(Kind.NOTE, body="Part of the outage"))
    carried_out(action)
    assert ends(action) == [("done", "")] * 2
    assert set(Message.objects.values_list("visibility", "body")) >= {("internal", "Part of the outage")}


def test_no_news_is_told_where_it_may_be() -> None:
    waiting, decided = cases.a_request(), cases.declined()
    assert ends(previewed([waiting, decided], Work(Kind.NO_NEWS))) == [
        ("left_out", "not_due"),
        ("left_out", "nothing_ours"),
    ]
    action = confirmed([waiting], Work(Kind.NO_NEWS), at=later(days=3))
    carried_out(action, at=later(days=3, minutes=3))
    assert cases.event_of(waiting, Action.NO_NEWS_TOLD).actor_id == a_lead().pk
    again = confirmed([waiting], Work(Kind.NO_NEWS), at=later(days=9))
    carried_out(again, at=later(days=9, minutes=3))
    assert ends(previewed([waiting], Work(Kind.NO_NEWS), at=later(days=16))) == [("left_out", "said_often")]


# Linking to a defect


def test_those_that_wait_go_to_the_engineers_together() -> None:
    defect, mine = cases.a_defect(), cases.taken(cases.a_request(), by=a_lead())
    rows = [*requests_of(2), mine, cases.taken(cases.a_request()), cases.with_engineers(), cases.declined()]
    action = confirmed(rows, Work(Kind.LINK, defect=defect))
    carried_out(action)
    assert ends(action) == [
        *[("done", "")] * 3,
        ("left_out", "held"),
        ("left_out", "with_engineers"),
        ("left_out", "decided"),
    ]
    for row in rows[:3]:
        assert (cases.now(row).state, cases.now(row).defect) == ("with_engineers", defect)
    reason = f"Taken out of turn: linked to {defect.reference} together with others"
    assert cases.event_of(rows[0], Action.TAKEN_OUT_OF_TURN).sentence == reason


def test_a_fix_that_is_there_is_to_be_tried_but_not_again_by_whom_it_did_not_help() -> None:
    broken = cases.trying_fix()
    transitions.fix_failed(broken, by=broken.member, at=NOON)
    fixed = cases.now(broken).defect
    [row] = requests_of(1)
    action = confirmed([row, broken], Work(Kind.LINK, defect=fixed))
    assert ends(action) == [("waiting", ""), ("left_out", "still_broken")]
    carried_out(action)
    assert cases.now(row).fix_to_try == "9.7"


def test_a_verdict_given_meanwhile_leaves_all_of_them_out() -> None:
    defect, rows = cases.a_defect(), requests_of(1)
    action = confirmed(rows, Work(Kind.LINK, defect=defect))
    cases.a_fixed_defect(defect)
    carried_out(action)
    assert ends(action) == [("left_out", "defect_changed")]
    answered = defects.not_reproduced(cases.a_defect(), by=marta(), at=NOON)
    with pytest.raises(DefectIsAnswered):
        previewed(rows, Work(Kind.LINK, defect=answered))


def test_a_verdict_without_a_fix_given_meanwhile_takes_none_of_them_out_of_the_queue() -> None:
    defect, rows = cases.a_defect(), requests_of(2)
    action = confirmed(rows, Work(Kind.LINK, defect=defect))
    defects.not_reproduced(defect, by=marta(), at=NOON)
    carried_out(action)
    assert ends(action) == [("left_out", "defect_changed")] * 2
    assert {cases.now(row).state for row in rows} == {"waiting"}


# What is kept


def test_words_to_a_person_who_is_erased_are_neither_sent_nor_kept() -> None:
    row = cases.declined()
    action = confirmed([row])
    assert action.items.get().text
    erase(olena(), at=NOON)
    assert (ends(action), action.items.get().text) == ([("left_out", "erased")], "")
    assert carried_out(action).state == State.DONE
    assert not row.messages.exists()


def test_postgresql_keeps_what_the_states_say() -> None:
    action = confirmed(requests_of(1))
    for wrong in (
        {"state": "done"},
        {"why": "held"},
        {"state": "left_out"},
        {"state": "taken_back"},
        {"state": "unheard of"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkItem.objects.filter(action=action).update(**wrong)
    for unlike in (
        {"state": "previewed"},
        {"state": "done"},
        {"body": ""},
        {"kind": "link"},
        {"begins_at": NOON - timedelta(minutes=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkAction.objects.filter(pk=action.pk).update(**unlike)
