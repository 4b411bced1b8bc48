"""Pictures of a message that is being written: nobody sees them before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from makegood.refund_requests import transitions
from makegood.refund_requests.evidence import uploads
from makegood.refund_requests.evidence.checking import check
from makegood.refund_requests.models import Evidence, RefundRequest, Upload
from tests.cases import a_request
from tests.members.scenes import words
from tests.members.uploads.tus import Tus
from tests.people import NOON, ago, an_order, olena, petro
from tests.refund_requests.evidence import files

pytestmark = pytest.mark.django_db

Committed = Callable[..., AbstractContextManager[object]]
TOKEN = "0b6f52f9-3c0a-4d43-9a3f-7f7a43fd3e55"


@pytest.fixture
def asked(db: None) -> RefundRequest:
    """Olena's request, with one picture from the form."""
    return a_request(an_order(olena(), purchased_at=ago(days=3)), at=timezone.now())


@pytest.fixture
def writing(tus: Tus, asked: RefundRequest) -> Tus:
    """Her browser, at the message of that request."""
    return Tus(tus.browser, tus.draft, begin_at=f"/refunds/{asked.reference}/pictures/uploads/")


def write(writing: Tus, asked: RefundRequest) -> int:
    sent = {"body": "Here is what I see.", "token": TOKEN}
    return writing.browser.post(f"/refunds/{asked.reference}/messages/", sent).status_code


def test_it_goes_with_the_message(writing: Tus, asked: RefundRequest) -> None:
    writing.send(files.picture(), "new.png")
    assert write(writing, asked) == 303
    message = asked.messages.get()
    assert message.evidence.get().name == "new.png"
    assert not asked.unsent_evidence.exists()


def test_before_it_is_sent_only_its_member_sees_it(writing: Tus, asked: RefundRequest) -> None:
    writing.send(files.picture(), "new.png")
    check(Upload.objects.get().token, at=NOON)
    picture = asked.unsent_evidence.get()
    desk = Client()
    desk.force_login(petro())
    assert desk.get(f"/refunds/evidence/{picture.pk}/pages/1/").status_code == 404
    assert "new.png" not in words(desk.get(f"/desk/requests/{asked.reference}/"))
    assert "new.png" not in words(Client().get(f"/refunds/{asked.reference}/pictures/", follow=True))
    assert "new.png" in words(writing.browser.get(f"/refunds/{asked.reference}/pictures/"))
    assert asked.evidence.count() == 1


def test_it_can_be_taken_out_again(writing: Tus, asked: RefundRequest) -> None:
    writing.send(files.picture(), "new.png")
    check(Upload.objects.get().token, at=NOON)
    picture = asked.unsent_evidence.get()
    sent_before = asked.evidence.get()
    for row in (sent_before, picture):
        url = f"/refunds/{asked.reference}/pictures/{row.pk}/remove/"
        assert writing.browser.post(url).status_code == 303
    assert (asked.unsent_evidence.count(), asked.evidence.get()) == (0, sent_before)


def test_a_refusal_keeps_the_message_and_says_why(writing: Tus, asked: RefundRequest) -> None:
    writing.send(b"<html>", "page.png")
    sent = {"body": "Here is what I see.", "token": TOKEN}
    answer = writing.browser.post(f"/refunds/{asked.reference}/messages/", sent)
    assert answer.status_code == 422
    assert "“page.png” is not a picture that we can take" in words(answer)
    assert "Here is what I see." in words(answer)
    assert write(writing, asked) == 303


def test_a_withdrawn_request_takes_no_more(writing: Tus, asked: RefundRequest) -> None:
    url = writing.begun(100)
    transitions.withdraw(asked, by=olena(), at=timezone.now())
    for answer in (writing.begin(200), writing.piece(url, b"x" * 100)):
        assert (answer.status_code, "withdrawn" in answer.content.decode()) == (409, True)


def test_files_of_the_request_and_of_the_message_count_together(writing: Tus, asked: RefundRequest) -> None:
    for number in range(9):
        writing.begun(100, f"{number}.png")
    assert "At most 10 files" in writing.begin(100, "tenth.png").content.decode()


# What is never sent


def put_beside(writing: Tus, name: str = "new.png") -> list[Path]:
    """A picture of a message that was not sent, checked; the files that are kept of it."""
    writing.send(files.picture(), name)
    check(Upload.objects.get().token, at=timezone.now())
    row = Evidence.objects.get(unsent_in__isnull=False)
    names = [str(row.file.name), *(row.thumbnail_name(page) for page in range(1, row.thumbnails + 1))]
    return [Path(row.file.storage.path(each)) for each in names]


def test_pictures_of_a_message_never_sent_go_after_four_weeks(
    writing: Tus, asked: RefundRequest, django_capture_on_commit_callbacks: Committed
) -> None:
    kept = put_beside(writing)
    uploads.sweep(at=timezone.now() + timedelta(days=27))
    assert asked.unsent_evidence.exists()
    with django_capture_on_commit_callbacks(execute=True):
        uploads.sweep(at=timezone.now() + timedelta(days=29))
    assert not asked.unsent_evidence.exists()
    assert not any(path.exists() for path in kept)
    assert asked.evidence.count() == 1, "what was sent stays"


def test_withdrawing_throws_away_the_pictures_of_a_message_not_sent(
    writing: Tus, asked: RefundRequest, django_capture_on_commit_callbacks: Committed
) -> None:
    kept = put_beside(writing)
    with django_capture_on_commit_callbacks(execute=True):
        transitions.withdraw(asked, by=olena(), at=timezone.now())
    assert not asked.unsent_evidence.exists()
    assert not any(path.exists() for path in kept)
    assert asked.evidence.count() == 1, "what was sent stays"
