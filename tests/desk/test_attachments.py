"""Files that the desk sends to a member: checked as all others, never lost, never counted as evidence."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from makegood.desk.ticket import read_ticket
from makegood.privacy.about_the_requests import pictures_sent_by
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.evidence.attaching import attach
from makegood.refund_requests.evidence.keeping import MAX_FILES, taken
from makegood.refund_requests.models import Evidence, Message, RefundRequest
from makegood.refund_requests.queries import evidence_seen_by
from tests.cases import a_request, declined, messages_of, now
from tests.desk.conftest import Desk
from tests.desk.scenes import a_message, held_by_petro, olena_wrote
from tests.members.scenes import a_png
from tests.people import ago, an_order, lars, olena, petro, roza

pytestmark = pytest.mark.django_db


def test_files_go_with_the_message_and_the_member_reads_them(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held, files=[a_png("where.png"), a_png("then.png", colour="#123")])
    assert at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form).status_code == 303
    sent = Message.objects.get().evidence.order_by("place")
    assert [(one.name, one.uploaded_by) for one in sent] == [("where.png", petro()), ("then.png", petro())]
    assert set(sent) <= set(evidence_seen_by(olena()))
    body = at_desk(olena()).get(f"/refunds/{held.reference}/").content.decode()
    assert "where.png" in body


def test_they_are_no_evidence_of_the_member() -> None:
    held = held_by_petro()
    before, room = now(held).evidence.count(), taken(held)
    attached_by_petro(held)
    Evidence.objects.filter(unsent_in=held).update(unsent_in=None, refund_request=held)
    assert now(held).evidence.count() == before + 1
    assert taken(now(held)) == room
    facts = read_ticket(petro(), held.reference).answers[0].facts
    assert facts["screenshots"] == before
    assert answers_of_request(now(held))[0].facts["screenshots"] == before


def test_the_same_file_sent_to_two_members_is_no_signal(at_desk: Desk) -> None:
    held, other = held_by_petro(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", a_message(held, files=[a_png()]))
    sha = Evidence.objects.get(uploaded_by=petro()).original_sha256
    other.evidence.update(original_sha256=sha)
    assert "Worth a look" not in at_desk(petro()).get(f"/desk/requests/{other.reference}/").content.decode()


def test_when_the_message_is_refused_the_file_stays_with_what_was_typed(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held, files=[a_png("where.png")])
    olena_wrote(held)
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    body = response.content.decode()
    assert response.status_code == 409
    assert "Which version is it?" in body
    assert "goes with the message" in body
    assert not evidence_seen_by(olena()).filter(name="where.png").exists()
    again = a_message(held)
    assert at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", again).status_code == 303
    assert Message.objects.latest("pk").evidence.get().name == "where.png"


def test_a_file_without_words_stays_too(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held, body="", files=[a_png("where.png")])
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert (response.status_code, messages_of(held)) == (422, [])
    assert "where.png" in response.content.decode()


def test_a_file_that_is_no_picture_is_refused_in_words_and_nothing_is_sent(at_desk: Desk) -> None:
    held = held_by_petro()
    bad = SimpleUploadedFile("setup.exe", b"MZ\x90\x00", content_type="image/png")
    form = a_message(held, files=[a_png(), bad])
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert response.status_code == 422
    assert "“setup.exe” is not a picture that we can take" in response.content.decode()
    assert (messages_of(held), Evidence.objects.filter(uploaded_by=petro()).count()) == ([], 0)


def test_more_files_than_fit_are_refused(at_desk: Desk) -> None:
    held = held_by_petro()
    files = [a_png(f"{number}.png", colour=f"#{number:03}") for number in range(MAX_FILES + 1)]
    response = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/messages/", a_message(held, files=files)
    )
    assert response.status_code == 422
    assert not Evidence.objects.filter(uploaded_by=petro()).exists()


def test_the_same_form_sent_twice_sends_each_file_once(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held)
    for _ in range(2):
        sent = {**form, "files": [a_png(), a_png("copy.png")]}
        at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", sent)
    assert [one.message_id for one in Evidence.objects.filter(uploaded_by=petro())] == [
        Message.objects.get().pk
    ]


def test_a_file_is_taken_off_and_what_was_typed_stays(at_desk: Desk) -> None:
    held = held_by_petro()
    picture = attached_by_petro(held)
    address = f"/desk/requests/{held.reference}/files/{picture.pk}/"
    at_desk(roza()).post(address, a_message(held))
    assert Evidence.objects.filter(pk=picture.pk).exists(), "another one's file is not hers to take off"
    response = at_desk(petro()).post(address, a_message(held, body="As you see"))
    assert response.status_code == 200
    assert "As you see" in response.content.decode()
    assert not Evidence.objects.filter(pk=picture.pk).exists()


def test_after_the_decision_too(at_desk: Desk) -> None:
    decided = declined()
    form = a_message(decided, files=[a_png("where.png")])
    assert at_desk(petro()).post(f"/desk/requests/{decided.reference}/answer/", form).status_code == 303
    assert Message.objects.get().evidence.get().name == "where.png"


def test_what_is_not_sent_yet_is_seen_by_its_writer_alone() -> None:
    held = held_by_petro()
    picture = attached_by_petro(held)
    assert picture not in pictures_sent_by(olena())
    assert picture not in evidence_seen_by(olena())
    assert picture not in evidence_seen_by(roza())


def attached_by_petro(refund_request: RefundRequest) -> Evidence:
    """A file that Petro has chosen and not sent."""
    attach(refund_request, files=[a_png()], token=None, by=petro(), at=timezone.now())
    return Evidence.objects.get(unsent_in=refund_request)
