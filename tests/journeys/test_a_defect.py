"""The whole way of a refund because of a defect, from the form to the money in the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from makegood.refund_requests.models import RefundRequest
from tests.journeys.stage import DESKTOP_AT_NIGHT, PHONE, WITHOUT_SCRIPTS, Person, Till, letters_to, seen_on
from tests.people import PASSWORD, finn, marta, olena, petro, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@seen_on(PHONE, DESKTOP_AT_NIGHT, WITHOUT_SCRIPTS)
def test_defect(someone: Someone, till: Till, tmp_path: Path) -> None:
    order = till.sold(amount=usd("450.00"))
    member = someone()
    olena_signs_in(member)
    olena_asks(member, order.number, a_screenshot(tmp_path / "error.png"), till)
    till.work()
    representative = someone(petro())
    petro_sends_it_to_the_engineers(representative)
    marta_gives_her_verdict(someone(marta()))
    till.work()
    petro_decides(representative)
    finn_agrees(someone(finn()))
    till.work()
    olena_reads_how_it_comes(member, till)


def a_screenshot(path: Path) -> Path:
    Image.new("RGB", (800, 450), "#336699").save(path)
    return path


def olena_signs_in(member: Person) -> None:
    account = olena()
    account.set_password(PASSWORD)
    account.save()
    member.open("/")
    member.sees("let you down", step="01-welcome")
    member.follows("Sign in")
    member.sees("Sign in", step="02-sign-in")
    member.writes("Email", account.email)
    member.writes("Password", PASSWORD)
    member.submits("Sign in")
    member.sees("My orders", step="03-home")


def olena_asks(member: Person, number: str, picture: Path, till: Till) -> None:
    member.submits("Ask for a refund")
    member.sees("Ask for a refund", step="04-reason")
    member.chooses("It does not work")
    member.submits("Continue")
    member.sees("Which order?", step="05-order")
    member.chooses(number)
    member.submits("Continue")
    member.sees("What happened?", step="06-what-happened-empty")
    member.writes("What does not work?", "It stops after 400 letters without a word.")
    member.writes("What did you do just before?", "1. I loaded 5,000 addresses\n2. I pressed Send")
    member.page.wait_for_load_state("load")  # the scripts that send it in pieces are there
    member.page.locator("input[type=file]").set_input_files(picture)
    if member.look.runs_scripts:
        member.presses("Add this picture")
        member.reads("checking your picture…")
        member.sees("What happened?", step="06-what-happened-checking")
        till.work()
        expect(member.page.get_by_role("img", name="Open error.png")).to_be_visible()
    else:
        member.submits("Add these pictures")
    member.reads("error.png")
    member.sees("What happened?", step="07-what-happened-filled")
    member.submits("Continue")
    member.sees("Check your answers", step="08-check")
    member.reads("It stops after 400 letters without a word.", number)
    member.submits("Send the request")
    member.sees("We have your request", step="09-sent")
    member.reads(RefundRequest.objects.get().reference, "number 1 in the queue")


def petro_sends_it_to_the_engineers(representative: Person) -> None:
    representative.open("/desk/")
    representative.sees("Petro", step="10-board")
    representative.submits("Take the next one")
    representative.sees("It stops after 400 letters", step="11-examination")
    representative.follows("Send to the engineers")
    representative.chooses("A new one")
    representative.writes("What goes wrong", "Sending stops after 400 letters")
    representative.sees("Send to the engineers", step="12-engineers")
    representative.submits("Send to the engineers")
    representative.reads("With the engineers")


def marta_gives_her_verdict(engineer: Person) -> None:
    engineer.open("/desk/defects/")
    engineer.sees("Defects", step="13-defects")
    engineer.follows("D-")
    engineer.sees("Sending stops after 400 letters", step="14-defect")
    engineer.submits("Reproduced")
    engineer.follows("Cannot be fixed")
    engineer.sees("Cannot be fixed: 1 letter goes out", step="15-letters")
    engineer.reads("The defect cannot be fixed", "Hello Olena,")
    engineer.submits("It cannot be fixed: send the letters")
    engineer.sees("Sending stops after 400 letters", step="15-defect-answered")


def petro_decides(representative: Person) -> None:
    representative.open("/desk/")
    representative.submits("Take the next one")
    representative.sees("It stops after 400 letters", step="16-examined")
    representative.follows("Decide")
    representative.sees("Refund $450.00 to Olena?", step="17-decide")
    letter = representative.page.get_by_label("Letter to the customer").input_value()
    assert "450.00" in letter
    assert "2(b)" in letter
    representative.submits("Refund $450.00")
    representative.reads("A second person checks it before the money moves.")


def finn_agrees(finance: Person) -> None:
    finance.open("/desk/approvals/")
    finance.sees("Waiting for a second person", step="18-approvals")
    finance.follows("R-")
    finance.sees("Petro Bondar wants to refund $450.00", step="19-approval")
    finance.submits("Approve $450.00")
    finance.reads("Approved: $450.00 goes back to the customer.")


def olena_reads_how_it_comes(member: Person, till: Till) -> None:
    reference = RefundRequest.objects.get().reference
    member.open(f"/refunds/{reference}/")
    member.sees("We refund $450.00", step="20-being-paid")
    member.reads("2(a)", "2(b)", "Petro", "2026-11")
    till.pass_time(timedelta(days=1))
    member.page.reload()
    member.sees("$450.00 is on its way to your card", step="21-on-its-way")
    till.pass_time(timedelta(days=6))
    member.page.reload()
    member.sees("$450.00 has arrived", step="22-arrived")
    member.reads("Visa ending 4242", "What to tell your bank")
    assert letters_to("olena@example.com") == [
        "We have received your refund request",
        "Your request is with our engineers",
        "The defect cannot be fixed",
        "We refund $450.00",
        "$450.00 is on its way to you",
        "Your money has arrived",
    ]
