"""PostgreSQL keeps the words of every request: nothing is found late, and nothing erased is found at all."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction

from makegood.accounts.models import User
from makegood.orders.models import Order
from makegood.privacy.erasing import erase
from makegood.refund_requests import conversation, findings, transitions
from makegood.refund_requests.models import RefundRequest
from makegood.search.asking import understood
from makegood.search.finding import best
from makegood.search.models import DecidedBy, Entry
from tests.at_once import at_once, refusals
from tests.cases import a_form, a_request, ready_to_decide, send, taken
from tests.people import NOON, a_member, ago, an_order, joao, later, marta, olena, petro

pytestmark = pytest.mark.django_db


def found(typed: str, *, language: str = "en") -> list[str]:
    asked = understood(typed, language=language)
    keys = best(RefundRequest.objects.all(), asked, after="", size=25).keys
    return [RefundRequest.objects.get(pk=key).reference for key in keys]


def a_speaker(language: str, description: str) -> RefundRequest:
    """A request described in a language by a member who speaks it."""
    member = a_member(f"{language}@example.com", name="Somebody")
    User.objects.filter(pk=member.pk).update(language=language)
    return send(a_form(an_order(member, purchased_at=ago(days=3)), description=description))


def test_a_request_is_found_by_its_number_its_order_its_member_and_its_description() -> None:
    sought, order = a_request(), Order.objects.get()
    for typed in (
        sought.reference,
        sought.reference.lower(),
        order.number,
        "olena@example.com",
        "Kovalenko",
        "stops letters",
        "letters olena",
        '"after 400 letters"',
        "kovalen*",
        "letters -unheard",
    ):
        assert found(typed) == [sought.reference], typed
    for typed in (
        "@example.com",
        "example.com",
        '"letters 400"',
        "letters -olena",
        "unheard",
        "olena unheard",
    ):
        assert found(typed) == [], typed


@pytest.mark.parametrize(
    ("language", "said", "typed"),
    [
        ("en", "The program crashed twice", "crashing"),
        ("de", "Die Rechnungen sind doppelt gekommen", "Rechnung"),
        ("es", "Los cobros fueron duplicados", "cobro"),
        ("fr", "Les factures étaient fausses", "facture"),
        ("pt-br", "As cobranças vieram repetidas", "cobrança"),
        ("pl", "Zapłaciłem dwa razy, proszę o zwrot", "zaplacilem"),
        ("pl", "Zapłaciłem dwa razy, proszę o zwrot", "zapłac*"),
        ("uk", "Програма зупинилася після оновлення", "оновлення"),
        ("uk", "Програма зупинилася після оновлення", "оновлен*"),
        ("de", "Beim Öffnen stürzt es ab", "offnen"),
    ],
)
def test_words_are_found_in_the_language_of_the_member(language: str, said: str, typed: str) -> None:
    sought = a_speaker(language, said)
    assert found(typed) == [sought.reference]


def test_a_member_who_chooses_a_language_is_found_by_its_forms_at_once() -> None:
    sought = send(a_form(an_order(joao(), purchased_at=ago(days=3)), description="As cobranças repetidas"))
    assert found("cobrança") == []
    User.objects.filter(pk=joao().pk).update(language="pt-br")
    assert found("cobrança") == [sought.reference]


def test_what_is_said_is_found_as_soon_as_it_is_said() -> None:
    held = taken(a_request())
    conversation.write_as_member(held, body="A purple elephant", token=uuid4(), by=olena(), at=NOON)
    conversation.write_note(held, body="Looks like a zebra", token=uuid4(), by=petro(), at=NOON)
    findings.record_finding(
        held, fact="bug_confirmed", value=True, note="With a giraffe", by=marta(), at=NOON
    )
    for typed in ("elephant", "zebra", "giraffe", "elephant zebra giraffe"):
        assert found(typed) == [held.reference], typed


def test_a_member_is_found_by_the_new_name_and_not_by_the_old() -> None:
    sought = a_request()
    User.objects.filter(pk=olena().pk).update(name="Olena Marchenko")
    assert found("marchenko") == [sought.reference]
    assert found("kovalenko") == []


def test_no_word_of_an_erased_person_is_left_in_the_index() -> None:
    declined = _withdrawn_after_talking()
    before = Entry.objects.get().words
    assert "eleph" in before
    erase(olena(), at=later(days=1))
    after = Entry.objects.get().words
    for word in ("olena", "kovalenko", "example.com", "elephant", "zebra", "letters", "stops"):
        assert word not in after, word
    assert found(declined.reference) == [declined.reference]


def _withdrawn_after_talking() -> RefundRequest:
    held = taken(a_request())
    conversation.write_as_member(held, body="A purple elephant", token=uuid4(), by=olena(), at=NOON)
    conversation.write_note(held, body="Looks like a zebra", token=uuid4(), by=petro(), at=NOON)
    return transitions.withdraw(held, by=olena(), at=NOON)


def test_number_and_name_count_more_than_what_was_said() -> None:
    said = send(
        a_form(an_order(joao(), purchased_at=ago(days=3)), description="Kovalenko told me Kovalenko knows")
    )
    called = a_request()
    assert found("kovalenko") == [called.reference, said.reference]


def test_adding_and_reckoning_anew_come_to_the_same() -> None:
    held = taken(a_request())
    conversation.write_as_member(held, body="A purple elephant", token=uuid4(), by=olena(), at=NOON)
    conversation.write_note(held, body="Looks like a zebra", token=uuid4(), by=petro(), at=NOON)
    added = _lexemes(held)
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_reckon(%s)", [held.pk])
    assert _lexemes(held) == added


def _lexemes(refund_request: RefundRequest) -> list[tuple[str, list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, weights FROM search_entry, unnest(words) WHERE refund_request_id = %s ORDER BY 1",
            [refund_request.pk],
        )
        rows: list[tuple[str, list[str]]] = cursor.fetchall()
    return rows


def test_the_longest_conversation_can_be_continued() -> None:
    held = a_request()
    for number in range(14):
        body = " ".join(f"w{number}x{word}" for word in range(2_000))
        conversation.write_as_member(held, body=body, token=uuid4(), by=olena(), at=NOON)
    entry = Entry.objects.get()
    assert entry.said_length == 200_000
    assert found("w0x1 w9x7") == [held.reference]
    assert found("w13x1999") == []


def test_price_and_clauses_are_kept() -> None:
    a_request()
    entry = Entry.objects.get()
    assert (entry.amount_minor, entry.currency) == (7900, "USD")
    assert list(DecidedBy.objects.values_list("clause", flat=True)) == ["2"]


def test_the_clause_is_that_of_the_newest_answer() -> None:
    held = ready_to_decide(fixable=True)
    newest = held.assessments.latest("pk")
    assert list(DecidedBy.objects.values_list("clause", flat=True)) == list(newest.trace["decided_by"])


def test_requests_of_before_are_found_after_the_migration() -> None:
    sought = a_request()
    before = _lexemes(sought)
    Entry.objects.all().delete()
    DecidedBy.objects.all().delete()
    migration = import_module("makegood.search.migrations.0002_entries_of_earlier_requests")
    with connection.schema_editor() as editor:
        migration.reckon(apps, editor)
    assert _lexemes(sought) == before
    assert DecidedBy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_changed_while_a_form_is_sent_is_the_name_in_the_index() -> None:
    for number in range(4):
        member = a_member(f"hasty{number}@example.com", name="Before")
        draft = a_form(an_order(member, purchased_at=ago(days=3)))
        ends = at_once(partial(send, draft), partial(_rename, member, "Afterwards"))
        assert refusals(ends) == []
    assert len(found("afterwards")) == 4
    assert found("before") == []


def _say(refund_request: RefundRequest, body: str) -> None:
    conversation.write_as_member(refund_request, body=body, token=uuid4(), by=olena(), at=NOON)


def _rename(member: User, name: str) -> None:
    with transaction.atomic():
        User.objects.filter(pk=member.pk).update(name=name)


@pytest.mark.django_db(transaction=True)
def test_nothing_said_at_the_same_moment_is_lost() -> None:
    held = a_request()
    calls = [partial(_say, held, f"nth{number}") for number in range(6)]
    assert refusals(at_once(*calls, partial(_rename, olena(), "Olena Marchenko"))) == []
    assert found(" ".join(f"nth{number}" for number in range(6))) == [held.reference]
    assert found("marchenko") == [held.reference]
