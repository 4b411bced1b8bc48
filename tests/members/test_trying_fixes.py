"""Trying a fix, as the member sees it: where it is, saying that it works, saying that it does not."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from makegood.orders.models import Edition
from makegood.refund_requests import transitions
from makegood.refund_requests.states import State
from tests.cases import now, trying_fix
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.members.test_ticket import asked, url
from tests.orders.test_downloads import a_release
from tests.people import lars, olena

pytestmark = pytest.mark.django_db


def test_the_version_is_offered_where_it_can_be_downloaded(at_home: AtHome) -> None:
    trying = trying_fix(asked())
    release = a_release(Edition.FULL, version="9.7", product=trying.product)
    for_trying = a_release(Edition.TRIAL, version="9.7", product=trying.product)
    older = a_release(Edition.FULL, version="9.6", product=trying.product)
    body = at_home(olena()).get(url(trying)).content.decode()
    assert f'action="/downloads/{release.pk}/"' in body
    assert f'action="/downloads/{older.pk}/"' not in body
    assert f'action="/downloads/{for_trying.pk}/"' not in body


def test_it_works_closes_the_request_and_says_so(at_home: AtHome) -> None:
    trying, browser = trying_fix(asked()), at_home(olena())
    page = words(browser.post(url(trying) + "fix-works/", follow=True))
    assert now(trying).state == State.SOLVED
    assert "Thank you. This request is closed." in page
    assert "Version 9.7 solves it" in page


def test_it_still_happens_needs_words_and_keeps_what_was_typed(at_home: AtHome) -> None:
    trying, browser = trying_fix(asked()), at_home(olena())
    form = {"body": "", "token": uuid4(), "still_broken": "yes"}
    silent = browser.post(url(trying) + "messages/", form)
    assert (silent.status_code, now(trying).state) == (422, State.TRYING_FIX)
    page = words(browser.post(url(trying) + "messages/", form | {"body": "After 300 letters"}, follow=True))
    assert (now(trying).state, now(trying).still_broken_in) == (State.WAITING, "9.7")
    assert "Your request is in the queue" in page
    assert "After 300 letters" in page
    assert "You told us that it still happens" in page


def test_answering_once_more_is_told_in_words(at_home: AtHome) -> None:
    trying, browser = trying_fix(asked()), at_home(olena())
    transitions.withdraw(trying, by=olena(), at=timezone.now())
    page = words(browser.post(url(trying) + "fix-works/", follow=True))
    assert now(trying).state == State.WITHDRAWN
    assert "this request has gone on meanwhile" in page


def test_a_stranger_cannot_close_it(at_home: AtHome) -> None:
    trying = trying_fix(asked())
    assert at_home(lars()).post(url(trying) + "fix-works/").status_code == 404
    assert now(trying).state == State.TRYING_FIX
