"""Free trials: one button for members, an account and the trial at once for others."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.orders.models import Trial
from makegood.orders.trials import start_trial
from tests.cases import a_request
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import an_order, days_ago, mail_sender, mei, petro, verifier

NEW = {"email": "tara@example.com", "name": "Tara Osei", "password1": "a long way to the sea"}


def test_a_service_says_what_its_trial_gives(client: Client) -> None:
    verifier()
    page = words(client.get("/trials/verifier-online/"))
    assert "14 days, up to 100 verification credits" in page
    assert "Create an account and start" in page


def test_a_member_starts_a_trial_with_one_button(at_home: AtHome) -> None:
    verifier()
    page = words(at_home(mei()).post("/trials/verifier-online/start/", follow=True))
    assert "Your free trial of Mail Verifier Online has begun." in page
    assert "0 of 100 verification credits used." in page
    assert Trial.objects.get().member == mei()


def test_a_second_press_finds_the_first_trial(at_home: AtHome) -> None:
    verifier()
    browser = at_home(mei())
    for _ in range(2):
        answer = browser.post("/trials/verifier-online/start/", follow=True)
    assert "it can be had only once" in words(answer)
    assert Trial.objects.count() == 1


def test_an_account_and_the_trial_are_made_at_once(client: Client) -> None:
    verifier()
    start = client.get("/trials/verifier-online/").content.decode()
    assert "/accounts/signup/?trial=verifier-online" in start
    form = client.get("/accounts/signup/?trial=verifier-online").content.decode()
    assert 'name="trial" value="verifier-online"' in form
    client.post("/accounts/signup/", NEW | {"trial": "verifier-online"})
    assert Trial.objects.get().member == User.objects.get(email=NEW["email"])


def test_an_account_without_a_trial_has_none(client: Client) -> None:
    client.post("/accounts/signup/", NEW)
    assert User.objects.get(email=NEW["email"]).name == "Tara Osei"
    assert not Trial.objects.exists()


def test_a_trial_that_is_not_offered_makes_no_account(client: Client) -> None:
    mail_sender()
    answer = client.post("/accounts/signup/", NEW | {"trial": "mail-sender"})
    assert "There is no free trial of this service." in words(answer)
    assert not User.objects.exists()


def test_software_has_no_page_of_this_kind(client: Client) -> None:
    mail_sender()
    assert client.get("/trials/mail-sender/").status_code == 404


def test_a_trial_that_ended_says_so(at_home: AtHome) -> None:
    start_trial(mei(), verifier(), by=mei(), at=days_ago(20))
    assert "Your trial of Mail Verifier Online has ended" in words(
        at_home(mei()).get("/trials/verifier-online/")
    )


def test_what_was_used_is_said_in_words_and_shown_as_a_meter(at_home: AtHome) -> None:
    started = start_trial(mei(), verifier(), by=mei(), at=timezone.now())
    Trial.objects.filter(pk=started.pk).update(used=40)
    for address in ("/trials/", "/trials/verifier-online/"):
        page = at_home(mei()).get(address)
        assert "40 of 100 verification credits used." in words(page)
        assert re.search(
            r'<progress[^>]+value="40"\s+max="100"\s+aria-label="Used of the trial"', page.content.decode()
        )


def test_a_trial_that_is_used_up_says_how_to_go_on(at_home: AtHome) -> None:
    started = start_trial(mei(), verifier(), by=mei(), at=timezone.now())
    Trial.objects.filter(pk=started.pk).update(used=100)
    assert "All that the trial includes is used." in words(at_home(mei()).get("/trials/verifier-online/"))


def test_the_desk_reads_what_was_tried_and_how_much_of_it(at_home: AtHome) -> None:
    started = start_trial(mei(), verifier(), by=mei(), at=days_ago(20))
    Trial.objects.filter(pk=started.pk).update(used=40)
    order = an_order(mei(), verifier(), purchased_at=days_ago(3))
    refund_request = a_request(order, at=timezone.now())
    page = words(at_home(petro()).get(f"/desk/requests/{refund_request.reference}/"))
    assert re.search(r"free trial from [\w ]+ to [\w ]+, used 40 of 100 verification credits", page)


def test_my_trials_are_listed_apart_from_those_on_offer(at_home: AtHome) -> None:
    start_trial(mei(), verifier(), by=mei(), at=timezone.now())
    page = words(at_home(mei()).get("/trials/"))
    assert "My trials Mail Verifier Online Free until" in page
    assert "There is no other service to try" in page
