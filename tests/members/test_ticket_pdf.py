"""The ticket on paper: everything that the page tells, for its member alone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from makegood.members.views import ticket_pdf
from makegood.printing.making import NotPrinted
from makegood.refund_requests import conversation
from makegood.refund_requests.models import RefundRequest
from tests.cases import LETTER
from tests.members.conftest import AtHome
from tests.members.scenes import words as words_of_page
from tests.members.test_ticket import approved, asked, held, url
from tests.paying import TRACE, sent
from tests.people import joao, olena, petro
from tests.printing.test_making import words


def read(at_home: AtHome, refund_request: RefundRequest) -> str:
    answer = at_home(olena()).get(url(refund_request) + "pdf/")
    assert answer.status_code == 200
    return words(answer.content)


def test_the_decision_the_money_and_what_was_asked_are_on_it(at_home: AtHome) -> None:
    refund_request = approved()
    sent(refund_request, at=timezone.now())
    seen = read(at_home, refund_request)
    for expected in (
        "$79.00 is on its way to your card",
        refund_request.reference,
        "Our decision",
        LETTER,
        "Met: It cannot be fixed.",
        "§ 2(b)",
        "refund policy, version 2026-11",
        "Visa ending 4242",
        "I expect a refund of $79.00 from Northwind Mail",
        TRACE,
        "What does not work?",
        "It stops after 400 letters",
        "error.png",
        "Page 1 of",
    ):
        assert expected in seen


def test_what_was_said_is_on_it_and_notes_are_not(at_home: AtHome) -> None:
    refund_request = held()
    at = timezone.now()
    conversation.write_as_member(
        refund_request, body='#read("/etc/passwd")', token=uuid4(), by=olena(), at=at
    )
    conversation.write_note(refund_request, body="Looks like the last one", token=uuid4(), by=petro(), at=at)
    seen = read(at_home, refund_request)
    assert '#read("/etc/passwd")' in seen
    assert "Looks like the last one" not in seen


def test_it_is_a_file_that_no_cache_keeps(at_home: AtHome) -> None:
    refund_request = asked()
    answer = at_home(olena()).get(url(refund_request) + "pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{refund_request.reference}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("language", ["de", "es", "fr", "pt-BR", "uk", "pl"])
def test_it_speaks_the_members_language(at_home: AtHome, language: str) -> None:
    member = olena()
    refund_request = asked()
    member.language = language.lower()
    member.save()
    answer = at_home(member).get(url(refund_request) + "pdf/")
    assert f"/Lang ({language}".encode() in answer.content or f"/Lang({language}".encode() in answer.content


def test_a_stranger_gets_none(at_home: AtHome) -> None:
    refund_request = asked()
    for stranger in (at_home(joao()), at_home(petro())):
        assert stranger.get(url(refund_request) + "pdf/").status_code == 404


def test_when_it_cannot_be_made_the_page_says_what_to_do(
    at_home: AtHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_document: object) -> bytes:
        raise NotPrinted("took too long")

    monkeypatch.setattr(ticket_pdf, "pdf_of", fails)
    page = at_home(olena()).get(url(asked()) + "pdf/", follow=True)
    assert "Please print the page from your browser instead." in words_of_page(page)
