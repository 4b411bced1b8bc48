"""What trackers deliver: news of a linked issue is shown at the defect, anything else changes nothing."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from makegood.audit.models import Event
from makegood.defects import transitions
from makegood.defects.models import Defect, TrackerDelivery
from makegood.defects.states import State
from makegood.defects.trackers.links import read_link
from tests.cases import a_defect
from tests.people import NOON, marta

pytestmark = pytest.mark.django_db
ISSUES = {
    "github": "https://github.com/vendor/mail-sender/issues/118",
    "gitlab": "https://gitlab.vendor.example/a/mail-sender/-/issues/7",
    "jira": "https://vendor.atlassian.net/browse/MAIL-42",
}
HOUR = timedelta(hours=1)


def linked(tracker: str) -> Defect:
    defect = a_defect()
    Defect.objects.filter(pk=defect.pk).update(tracker_url=ISSUES[tracker])
    return defect


def body_of(tracker: str, status: str, at: datetime) -> bytes:
    """As the tracker writes it, with much left out."""
    if tracker == "github":
        issue = {"html_url": ISSUES[tracker].replace("vendor", "Vendor"), "state": status}
        return json.dumps(
            {"action": "edited", "issue": issue | {"updated_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}}
        ).encode()
    if tracker == "gitlab":
        words = {"open": "opened", "closed": "closed"}
        issue = {"url": ISSUES[tracker], "state": words[status], "updated_at": f"{at:%Y-%m-%d %H:%M:%S} UTC"}
        return json.dumps({"object_kind": "issue", "object_attributes": issue}).encode()
    category = {"key": "done" if status == "closed" else "indeterminate"}
    fields = {"status": {"name": "Whatever it is called", "statusCategory": category}}
    said = {"key": "MAIL-42", "self": "https://vendor.atlassian.net/rest/api/2/99291", "fields": fields}
    moment = int(at.timestamp() * 1000)
    return json.dumps({"webhookEvent": "jira:issue_updated", "timestamp": moment, "issue": said}).encode()


def signed(
    tracker: str, body: bytes, *, delivery: str, secret: str = "", at: datetime | None = None
) -> dict[str, str]:
    key = (secret or settings.MAKEGOOD_TRACKER_SECRETS[tracker]).encode()
    if tracker == "gitlab":
        moment = str(int((at or timezone.now()).timestamp()))
        key = base64.b64decode(key.removeprefix(b"whsec_"))
        mac = hmac.new(key, f"{delivery}.{moment}.".encode() + body, "sha256").digest()
        signature = "v1,AAAA v1," + base64.b64encode(mac).decode()
        return {"webhook-id": delivery, "webhook-timestamp": moment, "webhook-signature": signature}
    names = {
        "github": ("X-Hub-Signature-256", "X-GitHub-Delivery"),
        "jira": ("X-Hub-Signature", "X-Atlassian-Webhook-Identifier"),
    }[tracker]
    return {names[0]: "sha256=" + hmac.new(key, body, "sha256").hexdigest(), names[1]: delivery}


def deliver(
    client: Client,
    tracker: str,
    status: str = "closed",
    *,
    changed_at: datetime = NOON,
    delivery: str = "one",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> int:
    said = body_of(tracker, status, changed_at) if body is None else body
    sent = signed(tracker, said, delivery=delivery) if headers is None else headers
    answer = client.post(f"/api/trackers/{tracker}", said, content_type="application/json", headers=sent)
    return answer.status_code


def sentences(defect: Defect) -> list[str]:
    rows = Event.objects.filter(subject_kind="defect", subject_id=defect.pk).order_by("pk")
    return [row.sentence for row in rows if row.action.startswith("defect.tracker")]


def status_of(defect: Defect) -> str:
    return Defect.objects.get(pk=defect.pk).tracker_status


@pytest.mark.parametrize("tracker", ISSUES)
def test_each_change_is_shown_as_an_event_and_gives_no_verdict(client: Client, tracker: str) -> None:
    defect = transitions.reproduce(linked(tracker), by=marta(), at=NOON)
    assert deliver(client, tracker, "open", delivery="1") == 200
    assert deliver(client, tracker, "open", delivery="2", changed_at=NOON + HOUR) == 200
    assert deliver(client, tracker, "closed", delivery="3", changed_at=NOON + 2 * HOUR) == 200
    assert sentences(defect) == ["The tracker says: open", "The tracker says: closed"]
    now = Defect.objects.get(pk=defect.pk)
    assert (now.state, now.tracker_status) == (State.REPRODUCED, "closed")
    assert now.tracker_changed_at == NOON + 2 * HOUR


@pytest.mark.parametrize("tracker", ISSUES)
def test_a_delivery_counts_once_by_its_name_and_by_its_bytes(client: Client, tracker: str) -> None:
    defect = linked(tracker)
    closed = body_of(tracker, "closed", NOON)
    assert deliver(client, tracker, body=closed, delivery="first") == 200
    assert deliver(client, tracker, body=closed, delivery="first") == 200
    # Only the body is signed: the same bytes under another name are a replay, also after the issue is open.
    assert deliver(client, tracker, "open", delivery="second", changed_at=NOON) == 200
    assert deliver(client, tracker, body=closed, delivery="third") == 200
    assert status_of(defect) == "open"
    assert deliver(client, tracker, "closed", delivery="second", changed_at=NOON + HOUR) == 200
    assert status_of(defect) == "open"
    assert TrackerDelivery.objects.count() == 2


@pytest.mark.parametrize("tracker", ISSUES)
def test_what_is_older_than_what_is_known_changes_nothing(client: Client, tracker: str) -> None:
    defect = linked(tracker)
    deliver(client, tracker, "open", delivery="late", changed_at=NOON + HOUR)
    assert deliver(client, tracker, "closed", delivery="early", changed_at=NOON) == 200
    assert (status_of(defect), sentences(defect)) == ("open", ["The tracker says: open"])


@pytest.mark.parametrize("tracker", ISSUES)
def test_an_issue_that_is_linked_nowhere_is_acknowledged_and_kept_nowhere(
    client: Client, tracker: str
) -> None:
    a_defect()
    assert deliver(client, tracker) == 200
    assert not TrackerDelivery.objects.exists()


@pytest.mark.parametrize("tracker", ISSUES)
def test_each_changed_byte_is_noticed(client: Client, tracker: str) -> None:
    defect = linked(tracker)
    genuine = body_of(tracker, "closed", NOON)
    headers = signed(tracker, genuine, delivery="one")
    for position in range(0, len(genuine), 7):
        changed = genuine[:position] + bytes([genuine[position] ^ 1]) + genuine[position + 1 :]
        assert deliver(client, tracker, body=changed, headers=headers) == 401
    assert status_of(defect) == ""


@pytest.mark.parametrize("tracker", ISSUES)
def test_another_secret_and_no_signature_are_refused(client: Client, tracker: str) -> None:
    defect, body = linked(tracker), body_of(tracker, "closed", NOON)
    strange = "whsec_" + base64.b64encode(b"a secret of somebody else").decode()
    forged = signed(tracker, body, delivery="one", secret=strange)
    assert deliver(client, tracker, body=body, headers=forged) == 401
    assert deliver(client, tracker, body=body, headers={}) == 401
    assert deliver(client, tracker, body=body, headers=dict.fromkeys(forged, "é")) == 401
    assert status_of(defect) == ""


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signed_time_must_be_now(client: Client, minutes: int) -> None:
    body = body_of("gitlab", "closed", NOON)
    headers = signed("gitlab", body, delivery="one", at=timezone.now() + timedelta(minutes=minutes))
    assert deliver(client, "gitlab", body=body, headers=headers) == 401


def test_the_name_of_the_delivery_is_signed_where_the_tracker_signs_it(client: Client) -> None:
    body = body_of("gitlab", "closed", NOON)
    headers = signed("gitlab", body, delivery="one") | {"webhook-id": "two"}
    assert deliver(client, "gitlab", body=body, headers=headers) == 401


@pytest.mark.parametrize("tracker", ISSUES)
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b"\xff"], ids=lambda body: repr(body)[:9]
)
def test_a_signed_body_that_cannot_be_read_is_refused(client: Client, tracker: str, body: bytes) -> None:
    assert deliver(client, tracker, body=body) == 400


@pytest.mark.parametrize(
    ("tracker", "body"),
    [
        ("github", {"zen": "Keep it simple."}),
        ("github", {"issue": {"pull_request": {}, "html_url": ISSUES["github"]}}),
        ("gitlab", {"object_kind": "push"}),
        ("jira", {"webhookEvent": "comment_created", "issue": {"key": "MAIL-42"}}),
    ],
)
def test_what_is_about_no_issue_is_acknowledged(client: Client, tracker: str, body: object) -> None:
    assert deliver(client, tracker, body=json.dumps(body).encode()) == 200


def test_a_delivery_without_a_name_is_refused(client: Client) -> None:
    assert deliver(client, "github", delivery="") == 400


def test_two_megabytes_are_refused_unread(client: Client) -> None:
    assert deliver(client, "github", body=b"x" * 2_000_000) == 413


def test_a_tracker_without_a_secret_is_not_there(client: Client, settings: Settings) -> None:
    settings.MAKEGOOD_TRACKER_SECRETS = {}
    assert deliver(client, "github", headers={}) == 404


def test_links_and_bodies_name_an_issue_alike() -> None:
    assert [read_link(url).url for url in ISSUES.values()] == list(ISSUES.values())
