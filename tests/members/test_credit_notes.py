"""A member downloads the credit notes of their own requests, and nobody else's."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from makegood.audit.actors import System
from makegood.books.credit_notes import issuing
from makegood.books.credit_notes.content import Seller
from makegood.books.models import CreditNote
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import ledger
from tests.members.conftest import AtHome
from tests.members.test_ticket import approved, url
from tests.paying import sent
from tests.people import joao, olena


def noted() -> tuple[RefundRequest, CreditNote]:
    refund_request = approved()
    refund = sent(refund_request, at=timezone.now())
    ledger.post_paid(refund, attempt=1, at=timezone.now())
    seller = Seller("Northwind Mail AS", ["Storgata 1"], "")
    zone, by = ZoneInfo("UTC"), System("a test")
    [note] = issuing.issue_due(refund, seller=seller, code="CN", zone=zone, by=by, at=timezone.now())
    return refund_request, note


def test_the_ticket_leads_to_it(at_home: AtHome) -> None:
    refund_request, note = noted()
    page = at_home(olena()).get(url(refund_request)).content.decode()
    assert f"{url(refund_request)}credit-notes/{note.name}/" in page


def test_it_is_a_file_that_no_cache_keeps(at_home: AtHome) -> None:
    refund_request, note = noted()
    answer = at_home(olena()).get(f"{url(refund_request)}credit-notes/{note.name}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{note.name}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


def test_somebody_else_does_not_learn_that_it_exists(at_home: AtHome) -> None:
    refund_request, note = noted()
    answer = at_home(joao()).get(f"{url(refund_request)}credit-notes/{note.name}/")
    assert answer.status_code == 404
