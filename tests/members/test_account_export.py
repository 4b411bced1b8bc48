"""A copy of everything we hold about a member: complete, theirs alone, and nothing of others."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.notifications import letters
from makegood.notifications.models import Letter, Trouble
from makegood.orders.models import Trial, TrialUsage
from makegood.orders.trials import start_trial
from makegood.privacy.about_the_requests import path_of
from makegood.privacy.exporting import export_of
from makegood.refund_requests import conversation
from makegood.refund_requests.models import (
    DisputedFact,
    Evidence,
    Finding,
    Message,
    RefundRequest,
    Upload,
    Visibility,
)
from tests import cases
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import (
    NOON,
    PASSWORD,
    a_member,
    a_use,
    ago,
    an_order,
    lars,
    marta,
    olena,
    petro,
    verifier,
)

FORM = "/account/export/"
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
"""For more than half of the day, it is tomorrow there."""

PICTURE = (
    "uploaded_by",
    "name",
    "content_type",
    "file",
    "byte_size",
    "original_sha256",
    "width",
    "height",
    "at",
)


@pytest.fixture
def asked() -> RefundRequest:
    """Olena's request, decided, with all that belongs to one; and one of Lars, of which nothing is hers."""
    refund_request = cases.a_request()
    conversation.write_as_member(
        refund_request, body="Is there news?", files=[], token=uuid4(), by=olena(), at=NOON
    )
    held = cases.taken(refund_request)
    for body, visibility in (
        ("We look at it today.", Visibility.PUBLIC),
        ("A troublemaker?", Visibility.INTERNAL),
    ):
        Message.objects.create(
            refund_request=held,
            author=petro(),
            visibility=visibility,
            from_staff=True,
            body=body,
            at=NOON,
            form_token=uuid4(),
        )
    ready = cases.found_to_be_a_defect(held)
    Finding.objects.create(
        refund_request=ready,
        fact="fixable",
        value=False,
        note="Asked Sven of the vendor",
        author=marta(),
        at=NOON,
    )
    cases.refunded_by(ready, by=petro())
    letters.received(Event.objects.filter(action="refund_request.submitted").latest("pk"), NOON)
    start_trial(olena(), verifier(), by=olena(), at=NOON)
    a_use(refund_request.named.get().order, used_at=ago(days=2), units=7, what="list of March")
    for picture in Evidence.objects.all():
        default_storage.save(picture.file.name, ContentFile(b"the pixels"))
    theirs = cases.a_request(an_order(lars(), purchased_at=ago(days=3)))
    conversation.write_as_member(theirs, body="I am Lars", files=[], token=uuid4(), by=lars(), at=NOON)
    return cases.now(refund_request)


def opened(archive: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What stands in account.json, and the files."""
    with archive, ZipFile(archive) as packed:
        assert packed.testzip() is None
        files = {name: packed.read(name) for name in packed.namelist()}
    return json.loads(files["account.json"]), files


def test_everything_is_in_it(asked: RefundRequest) -> None:
    told, files = opened(export_of(olena(), at=NOON))
    assert told["account"]["email"] == "olena@example.com"
    assert told["addresses"] == [{"email": "olena@example.com", "verified": True, "primary": True}]
    (order,) = told["orders"]
    assert order["price"] == {"amount": "79.00", "currency": "USD"}
    assert order["payments"][0]["paid_with"] == "Visa ending 4242"
    assert order["usage"] == [{"at": ago(days=2).isoformat(), "units": 7, "what": "list of March"}]
    (request,) = told["refund_requests"]
    assert request["reference"] == asked.reference
    assert request["answers"]["description"] == "It stops after 400 letters"
    assert [(m["by"], m["text"]) for m in request["conversation"]] == [
        ("you", "Is there news?"),
        ("Petro, refund department", "We look at it today."),
    ]
    assert request["decisions"][0]["letter"] == cases.LETTER
    assert request["answers_of_the_policy"][-1]["outcome"] == "eligible"
    assert [trial["product"] for trial in told["trials"]] == ["Mail Verifier Online"]
    assert "We have received your refund request" in told["letters"][0]["text"]
    assert "refund_request.approved" in [event["what"] for event in told["events"]]
    (picture,) = request["files"]
    assert files[picture] == b"the pixels"
    assert "as it was on 23 November 2026" in files["README.txt"].decode()


def test_what_was_not_sent_or_went_wrong_is_in_it_too(asked: RefundRequest) -> None:
    unsent = Evidence.objects.create(
        unsent_in=asked, **{name: getattr(asked.evidence.get(), name) for name in PICTURE}
    )
    draft = cases.a_form(an_order(olena(), purchased_at=ago(days=1)))
    for home in ({"refund_request": asked}, {"draft": draft}):
        Upload.objects.create(member=olena(), name="list.png", size=9, place=9, touched_at=NOON, **home)
    trial = Trial.objects.get()
    TrialUsage.objects.create(trial=trial, external_id="T-1", used_at=NOON, units=3)
    dispute = {"fact": "purchased_on", "recorded": "2026-10-02", "says": "2026-10-12", "why": "My invoice"}
    DisputedFact.objects.create(refund_request=asked, order=asked.named.get().order, at=NOON, **dispute)
    Letter.objects.update(trouble=Trouble.BOUNCED, trouble_said="550 unknown", trouble_at=NOON)
    told, files = opened(export_of(olena(), at=NOON))
    (request,), (form,) = told["refund_requests"], told["forms_not_sent"]
    assert request["files_not_sent"] == [path_of(unsent)]
    assert files[path_of(unsent)] == b"the pixels"
    on_its_way = {"name": "list.png", "size": 9, "arrived": 0, "state": "receiving", "at": NOON.isoformat()}
    assert request["files_on_their_way"] == form["files_on_their_way"] == [on_its_way]
    assert told["trials"][0]["usage"] == [{"at": NOON.isoformat(), "units": 3}]
    assert request["disputed"] == [dispute | {"order": asked.named.get().order.number}]
    assert told["letters"][0]["trouble_said"] == "550 unknown"
    assert told["letters"][0]["trouble"] == "bounced"


def test_nothing_is_in_it_that_the_member_was_not_told(asked: RefundRequest) -> None:
    _, files = opened(export_of(olena(), at=NOON))
    everything = b"\n".join(files.values()).decode()
    hidden = ("troublemaker", "Sven", "Bondar", "petro@", "Nowak", "marta", "Lars", "note_written")
    assert [word for word in hidden if word in everything] == []


def test_a_decision_that_waits_for_a_second_person_is_not_told() -> None:
    cases.awaiting_approval()
    told, _ = opened(export_of(olena(), at=NOON))
    assert told["refund_requests"][0]["decisions"] == []


def test_no_secret_is_in_it() -> None:
    member = a_member("olena@example.com", password=PASSWORD)
    Authenticator.objects.create(user=member, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    _, files = opened(export_of(member, at=NOON))
    everything = b"\n".join(files.values()).decode()
    assert "JBSWY3DPEHPK3PXP" not in everything
    assert member.password not in everything


def test_every_part_is_explained() -> None:
    told, files = opened(export_of(olena(), at=NOON))
    readme = files["README.txt"].decode()
    assert [
        part for part in told if part not in ("format", "written_at", "vendor") and part not in readme
    ] == []


def test_its_day_is_that_of_the_member() -> None:
    with timezone.override(KIRITIMATI):
        _, files = opened(export_of(olena(), at=NOON))
    assert "as it was on 24 November 2026" in files["README.txt"].decode()


def test_names_of_files_stay_inside_the_archive(asked: RefundRequest) -> None:
    Evidence.objects.filter(refund_request=asked).update(name="../../etc/passwd\u202egnp.png")
    _, files = opened(export_of(olena(), at=NOON))
    assert all(".." not in name and not name.startswith("/") and name.isascii() for name in files)


def test_a_lost_file_does_not_stop_it(asked: RefundRequest) -> None:
    for picture in Evidence.objects.all():
        default_storage.delete(str(picture.file.name))
    told, files = opened(export_of(olena(), at=NOON))
    assert told["refund_requests"][0]["files"]
    assert not [name for name in files if name.startswith("evidence/")]


def test_it_is_downloaded_and_noted(at_home: AtHome) -> None:
    User.objects.filter(pk=olena().pk).update(time_zone=KIRITIMATI.key)
    browser = at_home(olena())
    assert "Download the file" in words(browser.get(FORM))
    assert not Event.objects.filter(action="account.exported").exists()
    answer = browser.post(FORM)
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="makegood-export-{timezone.localtime(timezone=KIRITIMATI):%Y-%m-%d}.zip"'
    )
    told, _ = opened(BytesIO(answer.getvalue()))
    assert told["account"]["name"] == "Olena Kovalenko"
    assert Event.objects.get(action="account.exported").actor_id == olena().pk


def test_the_password_is_asked_for_again_first() -> None:
    a_member("olena@example.com", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    asked_at = browser.post(FORM)["Location"]
    assert asked_at.startswith("/accounts/reauthenticate/")
    answer = browser.post(asked_at, {"password": PASSWORD})
    # What was asked for goes on by itself.
    assert answer["Content-Type"] == "application/zip"
    answer.getvalue()


def test_it_costs_the_same_with_more_rows(asked: RefundRequest, django_assert_max_num_queries: Any) -> None:
    for days in range(2, 10):
        cases.a_request(an_order(olena(), purchased_at=ago(days=days)))
    with django_assert_max_num_queries(40):
        opened(export_of(olena(), at=NOON))
