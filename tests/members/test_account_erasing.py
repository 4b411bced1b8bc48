"""Erasing an account: what goes, what stays, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from makegood.accounts.erased import AccountErased
from makegood.accounts.models import User
from makegood.audit.actors import System
from makegood.audit.append_only import ERASED_WORDS
from makegood.audit.models import Event
from makegood.members.views.refund_form.starting import new_refund
from makegood.notifications.models import Letter, Unsubscribed
from makegood.notifications.sending import send
from makegood.policy import Answer
from makegood.privacy.erasing import MoneyUnderWay, RequestOpen, WorksHere, erase
from makegood.refund_requests import conversation, drafting, policies, transitions
from makegood.refund_requests.evidence import uploads
from makegood.refund_requests.models import (
    Assessment,
    DisputedFact,
    Draft,
    Evidence,
    Finding,
    Message,
    RefundRequest,
    Upload,
    Verdict,
)
from makegood.refund_requests.submitting import DraftGone, submit
from tests import cases
from tests.at_once import at_once
from tests.members.conftest import Committed
from tests.members.scenes import words
from tests.people import NOON, PASSWORD, a_member, a_use, ago, an_order, lars, later, olena, petro

FORM = "/account/erase/"


@pytest.fixture
def asked() -> RefundRequest:
    """Olena's request, declined, with everything that people write in one."""
    refund_request = cases.a_request()
    conversation.write_as_member(
        refund_request, body="My name is Olena", files=[], token=uuid4(), by=olena(), at=NOON
    )
    held = cases.found_to_be_a_defect(cases.taken(refund_request), fixable=True)
    DisputedFact.objects.create(
        refund_request=held,
        order=held.named.get().order,
        fact="purchased_on",
        recorded="2026-10-02",
        says="2026-10-12",
        why="Olena's invoice says so",
        at=NOON,
    )
    Upload.objects.create(
        member=olena(), refund_request=held, name="olena.png", size=9, place=1, touched_at=NOON
    )
    Unsubscribed.objects.create(person=olena(), topic="trials", at=NOON)
    Finding.objects.create(
        refund_request=held, fact="fixable", value=True, note="Olena sent her list", author=petro(), at=NOON
    )
    transitions.decide(held, verdict=Verdict.DECLINE, letter=cases.LETTER, by=petro(), at=NOON)
    for picture in Evidence.objects.all():
        default_storage.save(picture.file.name, ContentFile(b"pixels"))
    return cases.now(refund_request)


def everything_kept() -> str:
    """All rows of all tables, as text; without the policy, whose examples say what customers say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall() if name != "refund_requests_policyversion"]
        found = []
        for name in tables:
            cursor.execute(f'SELECT array_agg(t::text) FROM "{name}" t')  # noqa: S608  # names of its own
            found.append(f"{name}: {cursor.fetchone()[0]}")
    return "\n".join(found)


def test_nothing_of_the_person_is_left(asked: RefundRequest, committed: Committed) -> None:
    cases.a_form(an_order(olena(), purchased_at=ago(days=2)))
    a_use(asked.named.get().order, used_at=ago(days=1), what="olenas-list.csv")
    files = [str(picture.file.name) for picture in Evidence.objects.all()]
    before = everything_kept()
    for told in ("olena@example.com", "Olena Kovalenko", "My name is Olena", "It stops after 400 letters"):
        assert told in before
    with committed(execute=True):
        erase(olena(), at=NOON)
    for letter in Letter.objects.all():
        send(letter.pk, at=NOON)
    after = everything_kept().lower()
    for told in ("olena", "kovalenko", "it stops after 400 letters", "i pressed send"):
        assert told not in after, [line for line in after.splitlines() if told in line]
    assert not any(default_storage.exists(name) for name in files)
    assert not Draft.objects.exists()
    assert not Evidence.objects.exists()
    assert not Upload.objects.exists()
    assert not Unsubscribed.objects.exists()


SPEAKING = (
    cases.POLICY.read_text("utf-8")
    .replace("| unknown | the bug is described |", "| unknown | |")
    .replace("| unknown | the actions before it are described |", "| unknown | you did this: {} |")
    .replace('version: "2026-11"', 'version: "2026-12"')
    .replace("in_force_from: 2010-01-01", "in_force_from: 2026-11-20")
)
"""The policy, but it says what the customer wrote when it says why."""


def test_what_the_policy_said_in_their_words_goes_and_its_reasons_stay() -> None:
    policies.publish(text=SPEAKING, by=System("a test"), at=NOON)
    withdrawn = cases.a_request(an_order(olena(), purchased_at=ago(days=2)))
    Finding.objects.create(
        refund_request=withdrawn, fact="steps", value="She pressed Send", author=petro(), at=NOON
    )
    transitions.withdraw(withdrawn, by=olena(), at=NOON)
    before = Assessment.objects.latest("pk").trace
    assert {"Description: It stops after 400 letters.", "You did this: 1. I pressed Send."} <= reasons(before)
    erase(olena(), at=NOON)
    kept = Assessment.objects.latest("pk")
    for told in ("It stops after", "I pressed Send"):
        assert told not in str(kept.trace)
    assert reasons(before) - reasons(kept.trace) == {
        "Description: It stops after 400 letters.",
        "You did this: 1. I pressed Send.",
    }
    assert Answer.from_json(kept.trace).outcome == kept.outcome
    assert {row.value for row in Finding.objects.filter(fact="steps")} == {ERASED_WORDS}


def reasons(trace: dict[str, list[dict[str, list[dict[str, str]]]]]) -> set[str]:
    """What a stored answer says of its conditions."""
    return {each["because"] for clause in trace["clauses"] for each in clause["conditions"]}


def test_what_was_decided_and_paid_stays(asked: RefundRequest) -> None:
    member = olena()
    erase(member, at=NOON)
    kept = cases.now(asked)
    assert kept.decisions.get().letter == cases.LETTER
    assert kept.member_id == member.pk
    order = kept.named.get().order
    assert (str(order.amount), order.payments.get().method_label) == ("79.00 USD", "Visa ending 4242")
    assert {m.body for m in Message.objects.all()} == {ERASED_WORDS}
    facts = Assessment.objects.latest("pk").facts
    assert facts["description"] == ERASED_WORDS
    assert facts["bug_confirmed"] is True
    disputed = DisputedFact.objects.get()
    assert (disputed.says, disputed.why) == ("2026-10-12", ERASED_WORDS)


def test_the_event_says_that_it_was_done_and_by_whom() -> None:
    member = olena()
    erase(member, at=NOON)
    event = Event.objects.get(action="account.erased")
    assert (event.subject_id, event.actor_id, event.at, event.details) == (member.pk, member.pk, NOON, {})


def test_a_last_letter_is_sent_and_then_forgotten(mailoutbox: list[object]) -> None:
    erase(olena(), at=NOON)
    letter = Letter.objects.get(kind="account_erased")
    send(letter.pk, at=NOON)
    (mail,) = mailoutbox
    assert mail.to == ["olena@example.com"]  # type: ignore[attr-defined]
    assert "As you asked, we have erased your account" in mail.body  # type: ignore[attr-defined]
    letter.refresh_from_db()
    assert (letter.to_email, letter.text) == ("", ERASED_WORDS)


def test_a_letter_that_waits_is_not_sent_any_more(asked: RefundRequest, mailoutbox: list[object]) -> None:
    from makegood.notifications import letters

    event = Event.objects.filter(action="refund_request.submitted").latest("pk")
    waiting = letters.received(event, NOON)
    assert waiting
    erase(olena(), at=NOON)
    send(waiting.pk, at=later(minutes=1))
    assert not mailoutbox


def test_the_address_is_free_for_a_new_account() -> None:
    old = olena()
    erase(old, at=NOON)
    new = a_member("olena@example.com")
    assert new.pk != old.pk
    assert not new.orders.exists()


def test_nobody_signs_in_with_it_any_more() -> None:
    a_member("olena@example.com", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    erase(olena(), at=NOON)
    assert browser.get("/refunds/").status_code == 302
    assert not EmailAddress.objects.filter(email="olena@example.com").exists()


def test_twice_is_once() -> None:
    member = olena()
    erase(member, at=NOON)
    erase(member, at=later(hours=1))
    assert Event.objects.filter(action="account.erased").count() == 1


def test_the_desk_still_reads_the_request(asked: RefundRequest) -> None:
    erase(olena(), at=NOON)
    desk = Client()
    desk.force_login(petro())
    page = desk.get(f"/desk/requests/{asked.reference}/")
    assert page.status_code == 200
    assert "an erased account" in words(page)
    assert ERASED_WORDS in words(page)


@pytest.mark.django_db(transaction=True)
def test_sending_a_form_and_erasing_at_once_leaves_no_request_of_nobody() -> None:
    member = olena()
    draft = cases.a_form(an_order(member, purchased_at=ago(days=2)))
    sent, erased = at_once(lambda: submit(draft.token, by=member, at=NOON), lambda: erase(member, at=NOON))
    if RefundRequest.objects.exists():
        assert isinstance(sent, RefundRequest)
        assert isinstance(erased, RequestOpen)
    else:
        assert isinstance(sent, DraftGone)
        assert isinstance(erased, User)


def late_message(asked: RefundRequest, member: User) -> object:
    return conversation.write_as_member(asked, body="I am Olena", token=uuid4(), by=member, at=NOON)


def late_picture(asked: RefundRequest, member: User) -> object:
    return uploads.begin(asked, name="olena.png", size=9, by=member, at=NOON)


def late_form(_: RefundRequest, member: User) -> object:
    return drafting.start(by=member, at=NOON)


Late = Callable[[RefundRequest, User], object]


def nothing_is_left() -> bool:
    words = Message.objects.exclude(body=ERASED_WORDS)
    return not any(rows.exists() for rows in (words, Upload.objects.all(), Draft.objects.all()))


@pytest.mark.parametrize("comes", [late_message, late_picture, late_form])
def test_what_was_on_its_way_while_erasing_comes_too_late(asked: RefundRequest, comes: Late) -> None:
    member = olena()
    erase(member, at=NOON)
    with pytest.raises(AccountErased):
        comes(asked, member)
    assert nothing_is_left()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("comes", [late_message, late_picture, late_form])
def test_what_comes_at_the_same_moment_is_refused_or_erased_too(asked: RefundRequest, comes: Late) -> None:
    member = olena()
    Upload.objects.all().delete()  # a message would wait for it
    came, erased = at_once(lambda: comes(asked, member), lambda: erase(member, at=NOON))
    assert isinstance(came, AccountErased | Message | Upload | Draft)
    assert isinstance(erased, User)
    assert nothing_is_left()


def test_a_page_that_comes_too_late_asks_to_sign_in(rf: RequestFactory) -> None:
    request = rf.post("/refunds/new/", {"order": "NW-1"})
    request.user = olena()
    erase(olena(), at=NOON)
    assert new_refund(request)["Location"] == "/accounts/login/?next=/"


# When it is refused


def test_while_a_request_is_open() -> None:
    refund_request = cases.a_request()
    with pytest.raises(
        RequestOpen, match=f"{refund_request.reference} is still open. Please withdraw it first"
    ):
        erase(olena(), at=NOON)
    assert olena().erased_at is None


def test_after_withdrawing_it_is_possible() -> None:
    transitions.withdraw(cases.a_request(), by=olena(), at=NOON)
    assert erase(olena(), at=NOON).erased_at == NOON


def test_while_money_is_on_its_way() -> None:
    cases.approved()
    with pytest.raises(MoneyUnderWay):
        erase(olena(), at=NOON)


def test_staff_do_not_erase_themselves() -> None:
    with pytest.raises(WorksHere):
        erase(petro(), at=NOON)


# The database itself


CHANGES = [
    "UPDATE refund_requests_message SET body = %s",
    "UPDATE refund_requests_finding SET note = %s",
    "UPDATE refund_requests_assessment SET facts = facts || jsonb_build_object('description', %s::text)",
    "UPDATE refund_requests_finding SET value = to_jsonb(%s::text)",
    "UPDATE refund_requests_assessment "
    "SET trace = jsonb_set(trace, '{clauses,0,conditions,0,because}', to_jsonb(%s::text))",
]


@pytest.mark.parametrize("change", CHANGES)
def test_words_stay_while_the_account_is_not_erased(asked: RefundRequest, change: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic(), connection.cursor() as c:
        c.execute(change, [ERASED_WORDS])


@pytest.mark.parametrize("change", CHANGES)
def test_words_of_an_erased_person_are_never_replaced_by_others(asked: RefundRequest, change: str) -> None:
    erase(olena(), at=NOON)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic(), connection.cursor() as c:
        c.execute(change, ["I never asked for this"])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE refund_requests_message SET at = now()",
        "UPDATE refund_requests_message SET author_id = author_id + 1",
        "UPDATE refund_requests_assessment SET outcome = 'refund'",
        "UPDATE refund_requests_assessment SET facts = facts - 'bug_confirmed'",
        "UPDATE refund_requests_assessment SET trace = jsonb_set(trace, '{outcome}', '\"eligible\"')",
        "UPDATE refund_requests_assessment SET trace = jsonb_set(trace, '{clauses,0,conditions,0}', '{}')",
        "UPDATE refund_requests_assessment SET trace = trace #- '{clauses,0}'",
        "UPDATE refund_requests_assessment SET trace = trace - 'amount'",
        "UPDATE refund_requests_assessment SET trace = trace || '{\"new\": null}'",
        "UPDATE refund_requests_finding SET value = 'false'",
        'UPDATE refund_requests_assessment SET facts = facts || \'{"new": "fact"}\'',
        "DELETE FROM refund_requests_finding",
        "UPDATE refund_requests_decision SET letter = 'x'",
    ],
)
def test_nothing_but_words_gives_way(asked: RefundRequest, change: str) -> None:
    erase(olena(), at=NOON)
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"), transaction.atomic():
        connection.cursor().execute(change)


def test_words_about_others_stay(asked: RefundRequest) -> None:
    order = an_order(lars(), purchased_at=ago(days=3))
    theirs = cases.a_request(order)
    conversation.write_as_member(theirs, body="I am Lars", files=[], token=uuid4(), by=lars(), at=NOON)
    erase(olena(), at=NOON)
    assert theirs.messages.get().body == "I am Lars"
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Message.objects.filter(refund_request=theirs).update(body=ERASED_WORDS)
