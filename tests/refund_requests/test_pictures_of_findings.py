"""Pictures that show a finding: of the same request, never exchanged, gone only with the picture itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from makegood.refund_requests.evidence.discarding import discard_evidence
from makegood.refund_requests.findings import AnotherRequestsPicture, record_finding
from makegood.refund_requests.models import Finding, PictureOfFinding, RefundRequest
from tests.cases import a_request
from tests.people import NOON, ago, an_order, lars, marta

pytestmark = pytest.mark.django_db


def found(refund_request: RefundRequest, *pictures: int) -> Finding:
    return record_finding(
        refund_request,
        fact="bug_confirmed",
        value=True,
        note="",
        pictures=pictures,
        by=marta(),
        at=NOON,
    )


def test_only_pictures_of_the_request_itself() -> None:
    asked, other = a_request(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    picture, foreign = asked.evidence.get(), other.evidence.get()
    with pytest.raises(AnotherRequestsPicture):
        found(asked, picture.pk, foreign.pk)
    assert not Finding.objects.exists()
    finding = found(asked, picture.pk, picture.pk)
    assert [row.evidence for row in finding.pictures.all()] == [picture]
    with pytest.raises(IntegrityError, match="belongs to another request"), transaction.atomic():
        PictureOfFinding.objects.create(finding=finding, evidence=foreign)


def test_a_picture_is_not_exchanged_for_another() -> None:
    asked = a_request()
    found(asked, asked.evidence.get().pk)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        PictureOfFinding.objects.update(evidence=asked.evidence.get())


def test_a_discarded_picture_leaves_the_finding() -> None:
    asked = a_request()
    finding = found(asked, asked.evidence.get().pk)
    with transaction.atomic():
        discard_evidence(asked.evidence.get())
    assert Finding.objects.get() == finding
    assert not PictureOfFinding.objects.exists()
