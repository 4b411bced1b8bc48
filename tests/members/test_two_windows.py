"""The same form in two windows: what the second one does while the first sends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from makegood.refund_requests import drafting
from makegood.refund_requests.models import Draft, Evidence
from makegood.refund_requests.submitting import DraftGone, submit
from tests.members.conftest import AtHome
from tests.members.scenes import TOLD, a_png, olenas_order, ready_to_send, step
from tests.people import olena

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answered

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], object]


def while_it_is_sent(draft: Draft, act: Act) -> object:
    """What `act` gives or raises, begun in the moment before the form has become a request."""
    ends: list[object] = []

    def other_window() -> None:
        try:
            ends.append(act())
        except Exception as refused:
            ends.append(refused)
        finally:
            connection.close()

    thread = Thread(target=other_window)
    with transaction.atomic():
        submit(draft.token, by=olena(), at=timezone.now())
        thread.start()
        _until_it_waits_for_us(thread)
    thread.join(timeout=60)
    assert not thread.is_alive()
    return ends[0]


def _until_it_waits_for_us(thread: Thread) -> None:
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)


def test_a_picture_removed_while_the_form_is_sent_stays_with_the_request(at_home: AtHome) -> None:
    draft = ready_to_send(at_home(olena()), olenas_order())
    picture = draft.evidence.get()
    refused = while_it_is_sent(draft, lambda: drafting.remove_evidence(draft, evidence_id=picture.pk))
    assert isinstance(refused, DraftGone)
    assert Evidence.objects.get().refund_request is not None


def test_a_form_discarded_while_it_is_sent_is_a_request_with_its_pictures(at_home: AtHome) -> None:
    draft = ready_to_send(at_home(olena()), olenas_order())
    assert isinstance(while_it_is_sent(draft, lambda: drafting.discard(draft)), DraftGone)
    assert Evidence.objects.get().refund_request is not None


def _types(browser: Client, draft: Draft) -> Answered:
    return browser.post(step(draft, "what-happened"), TOLD | {"steps": "1. I pressed Stop"})


def _adds_a_picture(browser: Client, draft: Draft) -> Answered:
    url = reverse("members:add_pictures", args=[draft.token])
    return browser.post(url, TOLD | {"screenshots": [a_png("second.png", colour="#123")]})


def _removes_a_picture(browser: Client, draft: Draft) -> Answered:
    return browser.post(reverse("members:remove_picture", args=[draft.token, draft.evidence.get().pk]), TOLD)


def _discards(browser: Client, draft: Draft) -> Answered:
    return browser.post(reverse("members:discard_form", args=[draft.token]))


@pytest.mark.parametrize("act", [_types, _adds_a_picture, _removes_a_picture, _discards])
def test_whatever_comes_while_the_form_is_sent_leads_to_the_request(
    at_home: AtHome, act: Callable[[Client, Draft], object]
) -> None:
    browser = at_home(olena())
    draft = ready_to_send(browser, olenas_order())
    page = while_it_is_sent(draft, lambda: act(browser, draft))
    assert isinstance(page, HttpResponse)
    assert page["Location"] == reverse("members:ticket", args=[olena().refund_requests.get().reference])
