"""The archive for the bank: everything the customer was told, nothing internal, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from uuid import uuid4
from zipfile import ZipFile

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from makegood.audit.models import Event
from makegood.dispute_evidence.bundling import export
from makegood.refund_requests import conversation
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import disputes
from makegood.refunds.models import Dispute
from makegood.refunds.providers.base import ChargedDispute, DisputeState
from tests import cases, paying
from tests.people import NOON, a_use, finn, later, petro, usd

pytestmark = pytest.mark.django_db

PICTURE = b"\x89PNG a picture of the error"
SECRET = "Between us: she asked three times before."


def disputed(request: RefundRequest) -> Dispute:
    """The customer's bank takes the money of the request's order back."""
    payment = cases.order_of(request).payments.get()
    listed = ChargedDispute("dp_1", usd("79.00"), DisputeState.OPEN, "fraudulent", NOON, later(days=9))
    return disputes.found(payment, listed, by=paying.BANK, at=later(hours=1))


def with_a_past() -> RefundRequest:
    """Declined, used, talked about, and with a note that stays here."""
    request = cases.declined()
    conversation.write_note(request, body=SECRET, token=uuid4(), by=petro(), at=later(minutes=5))
    conversation.write_as_member(request, body="I never use it.", token=uuid4(), by=request.member, at=NOON)
    for picture in request.evidence.all():
        default_storage.save(picture.file.name, ContentFile(PICTURE))
    a_use(cases.order_of(request), used_at=NOON + timedelta(minutes=1), units=4000)
    return request


def archive_of(dispute: Dispute) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(export(dispute, by=finn(), at=later(hours=2)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_what_a_bank_asks_for() -> None:
    request = with_a_past()
    files = archive_of(disputed(request))
    told = json.loads(files["record.json"])
    assert told["dispute"]["id"] == "dp_1"
    assert told["decisions"][0]["letter"] == request.decisions.get().letter
    assert told["decisions"][0]["orders"][0]["clauses"]
    assert [each["text"] for each in told["conversation"]][-1] == "I never use it."
    assert told["usage"][0]["units"] == 4000
    assert told["payments"][0]["amount"] == {"amount": "79.00", "currency": "USD"}
    assert files["summary.pdf"].startswith(b"%PDF")


def test_the_policy_is_the_one_in_force_at_the_purchase_as_its_page_was() -> None:
    request = with_a_past()
    files = archive_of(disputed(request))
    version = cases.the_policy()
    assert files["policy/policy.md"].decode() == version.text
    assert b"<h1" in files["policy/policy.html"]
    assert b"<script" not in files["policy/policy.html"]


def test_nothing_internal_goes_out() -> None:
    files = archive_of(disputed(with_a_past()))
    words = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files["summary.pdf"])
    )
    assert SECRET.encode() not in b"".join(files.values())
    assert "asked three times" not in words
    assert "I never use it." in words
    assert "It stops after 400 letters" in words


def test_the_same_state_gives_the_same_bytes() -> None:
    dispute = disputed(with_a_past())
    first = export(dispute, by=finn(), at=later(hours=2))
    assert export(dispute, by=finn(), at=later(hours=3)) == first


def test_each_export_is_an_event_with_the_digest() -> None:
    dispute = disputed(with_a_past())
    made = [export(dispute, by=finn(), at=later(hours=2)) for _ in range(2)]
    events = Event.objects.filter(action="dispute.exported", subject_id=dispute.pk)
    assert [each.details["sha256"] for each in events] == [hashlib.sha256(one).hexdigest() for one in made]


def test_every_file_is_named_with_its_digest() -> None:
    files = archive_of(disputed(with_a_past()))
    lines = [line.partition("  ") for line in files.pop("SHA256SUMS").decode().splitlines()]
    sums = {path: digest for digest, _, path in lines}
    assert sums == {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def test_the_pictures_of_the_customer_go_with_it() -> None:
    request = with_a_past()
    files = archive_of(disputed(request))
    assert files[f"evidence/{request.evidence.get().pk}.png"] == PICTURE
