"""An engineer cannot find out whether there is a bug, and a person decides."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import expect

from makegood.refund_requests.models import Finding, RefundRequest
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, PHONE, WITHOUT_SCRIPTS, Person, seen_on
from tests.people import marta

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@seen_on(PHONE, DESKTOP, WITHOUT_SCRIPTS)
def test_a_fact_that_cannot_be_established(someone: Callable[..., Person]) -> None:
    asked = taken(a_request())
    show_the_pictures_of(asked)
    engineer = someone(marta())
    engineer.open(f"/desk/requests/{asked.reference}/")
    task = engineer.page.locator("#task-bug_confirmed")
    expect(task).to_contain_text("a person has to decide: the policy presumes nothing.")
    engineer.examines(step="01-offered")
    task.get_by_label("How do you know?").fill("The customer's machine is gone.")
    task.get_by_role("button", name="Cannot be established").click()
    expect(task).to_contain_text("Could you reproduce the bug? cannot be established")
    expect(task).to_contain_text("The customer's machine is gone.")
    engineer.examines(step="02-recorded")
    assert Finding.objects.get().value is None


def show_the_pictures_of(refund_request: RefundRequest) -> None:
    """Put a picture where the rows of the evidence say that one is."""
    picture = BytesIO()
    Image.new("RGB", (1280, 800), "white").save(picture, "PNG")
    for evidence in refund_request.evidence.all():
        evidence.file.storage.save(evidence.file.name, ContentFile(picture.getvalue()))
