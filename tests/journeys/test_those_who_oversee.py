"""The lead, the owner and the auditor at their work: who is away, by when customers hear, what happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import expect

from makegood.accounts.models import User
from makegood.queue.calendars import in_use
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests.cases import a_request, taken
from tests.journeys.stage import DESKTOP, DESKTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, Look, Person, seen_on
from tests.people import PASSWORD, a_lead, an_order, aud, ola, olena, petro

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


def asked() -> RefundRequest:
    """Olena asks, now."""
    at = timezone.now()
    return a_request(an_order(olena(), purchased_at=at), at=at)


@seen_on(DESKTOP_AT_NIGHT, PHONE)
def test_the_lead_hands_work_over_and_chooses_once(someone: Someone, look: Look) -> None:
    held = taken(asked(), by=petro(), at=timezone.now())
    lead = someone(a_lead())
    lead.open("/desk/team/")
    lead.sees("Who works the queue", step="1-team")
    row = lead.page.get_by_role("row").filter(has_text="Petro Bondar")
    with lead.page.expect_navigation():
        row.get_by_role("button", name="Mark as away").click()
    expect(row).to_contain_text("away since")
    held.refresh_from_db()
    assert held.state == State.WAITING

    lead.open(f"/desk/requests/{held.reference}/")
    lead.page.get_by_text("Take this one out of turn").click()
    lead.submits("Take it out of turn")
    lead.reads("Please give a reason")
    lead.writes("Reason", "Petro began with it and fell ill.")
    lead.submits("Take it out of turn")
    lead.sees("It stops after 400 letters", step="2-out-of-turn")
    lead.reads("Petro began with it and fell ill.")
    held.refresh_from_db()
    assert held.state == State.EXAMINING

    lead.open("/desk/replies/")
    lead.follows("Prepare a reply")
    lead.writes("Title", "Which version")
    lead.writes("What it says", "Which version is it, {first_name}?")
    lead.submits("Save")
    lead.sees("Prepared replies", step="3-replies")
    lead.open(f"/desk/requests/{held.reference}/")
    lead.presses("Put it in")
    expect(lead.page.get_by_label("Write to Olena")).to_have_value("Which version is it, Olena?")


@seen_on(DESKTOP, PHONE_AT_NIGHT)
def test_the_owner_says_by_when_customers_hear(someone: Someone, look: Look) -> None:
    owner = someone(ola())
    owner.open("/desk/calendars/")
    owner.follows("Add a calendar")
    owner.writes("Name", "Summer")
    owner.writes("Monday", "9 to five")
    owner.submits("Save")
    expect(owner.page.get_by_label("Monday")).to_have_value("9 to five")
    owner.sees("calendar", step="1-not-understood")
    owner.writes("Monday", "9:00–14:00")
    owner.submits("Save")
    owner.sees("Summer", step="2-calendar")
    owner.submits("Use it for new promises")
    assert in_use().calendar.name == "Summer"


@seen_on(DESKTOP, PHONE)
def test_the_auditor_reads_all_and_changes_nothing(someone: Someone, look: Look) -> None:
    held = taken(asked(), by=petro(), at=timezone.now())
    auditor = someone(aud())
    for address in (
        "",
        f"requests/{held.reference}/",
        "requests/",
        "approvals/",
        "money/",
        "policy/",
        "defects/",
    ):
        auditor.open(f"/desk/{address}")
        auditor.examines(step=f"1-{address.partition('/')[0] or 'board'}")
        forms = auditor.page.get_by_role("main").locator("form[method=post]")
        assert forms.count() == 0, f"the auditor is offered a step at {auditor.page.url}"
    auditor.open("/desk/events/")
    auditor.reads("Taken for examination", "Petro Bondar", held.reference)
    auditor.examines(step="2-events")


@seen_on(DESKTOP, PHONE_AT_NIGHT)
def test_the_owner_invites_somebody_and_looks_at_what_happened(someone: Someone, look: Look) -> None:
    User.objects.filter(pk=ola().pk).update(password=make_password(PASSWORD))
    owner = someone(ola())
    owner.open("/desk/office/")
    owner.sees("Back office", step="1-office")
    owner.page.get_by_role("main").get_by_role("link", name="People").click()
    owner.sees("Who works at the desk", step="2-people")
    owner.follows("Invite somebody")
    owner.sees("Your password again, please", step="3-password")
    owner.page.locator("#id_password").fill(PASSWORD)
    owner.submits("Go on")
    owner.writes("Name", "Nina Vold")
    owner.writes("E-mail", "nina")
    owner.submits("Send the invitation")
    expect(owner.page.get_by_label("Name", exact=True)).to_have_value("Nina Vold")
    owner.sees("Invite somebody", step="4-no-address")
    owner.writes("E-mail", "nina@northwind.example")
    owner.chooses("Representative")
    owner.writes("At most for one order", "150,00")
    owner.writes("Currency of these amounts", "USD")
    owner.submits("Send the invitation")
    nina = User.objects.get(email="nina@northwind.example")
    owner.open("/desk/events/")
    owner.reads("Nina Vold")
    owner.open(f"/desk/people/{nina.pk}/")
    owner.reads("nina@northwind.example", "$150.00")
    owner.examines(step="5-person")


@seen_on(DESKTOP_AT_NIGHT, PHONE)
def test_the_lead_reads_the_reports(someone: Someone, look: Look) -> None:
    taken(asked(), by=petro(), at=timezone.now())
    lead = someone(a_lead())
    lead.open("/desk/reports/")
    lead.reads("Received and decided", "Promised updates", "Exceptions to the policy")
    lead.examines(step="1-reports")
    with lead.page.expect_download() as file:
        lead.presses("Download CSV")
    assert file.value.suggested_filename.startswith("over-time-")
