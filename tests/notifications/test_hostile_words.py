"""Names, products and messages of people who mean harm are text, and never more."""

from __future__ import annotations

import html

import pytest

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.notifications import letters
from makegood.refund_requests import transitions
from makegood.refund_requests.models import Verdict
from tests import cases
from tests.notifications.scenes import a_message, about, received
from tests.people import (
    NOON,
    a_member,
    a_product,
    ago,
    an_order,
    olena,
    petro,
)

pytestmark = pytest.mark.django_db


SCRIPT = "<script>alert(1)</script> & <b>bold</b> {{ 7|add:7 }} {% include 'x' %}"


def test_what_people_write_is_text_in_html_and_itself_in_text() -> None:
    letter = a_message(SCRIPT)
    assert SCRIPT in letter.text
    assert html.escape(SCRIPT) in letter.html
    assert "<script" not in letter.html
    assert "<b>" not in letter.html


def test_an_address_in_a_message_is_no_link() -> None:
    letter = a_message("See https://evil.example/")
    assert 'href="https://evil.example' not in letter.html


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/refund Click here",
        "evil.example",
        "Olena\r\nBcc: everyone@example.com",
        "<b>Olena</b>",
        "{{ settings.SECRET_KEY }}",
        "Your-account-is-closed-please-call-this-number-now",
        "+380501234567",
        "\u202eanelO",
        "",
    ],
)
def test_a_name_that_is_no_name_is_not_greeted(name: str) -> None:
    User.objects.filter(pk=olena().pk).update(name=name)
    letter = received()
    assert "\nHello,\n" in letter.text
    assert not name or name not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize(
    "name", ["Олена Коваленко", "João", "O’Brien", "Anne-Marie", "美琳", "Łukasz", "D'Arcy"]
)
def test_names_of_every_script_are_greeted(name: str) -> None:
    User.objects.filter(pk=olena().pk).update(name=name)
    assert f"Hello {name.split()[0]},\n" in received().text


def test_a_product_name_cannot_break_out_of_the_subject() -> None:
    product = a_product("x", name="Mail\r\nBcc: everyone@example.com\u202e\u200b Sender")
    request = cases.a_request(an_order(olena(), product, purchased_at=ago(days=3)))
    subject = about(request, Action.SUBMITTED, letters.received).subject
    assert subject == f"Refund request {request.reference}, Mail Bcc: everyone@example.com Sender"


def test_a_long_product_name_leaves_the_reference_in_the_subject() -> None:
    product = a_product("x", name="m" * 120)
    member = a_member("long@example.com", name="Long")
    request = cases.a_request(an_order(member, product, purchased_at=ago(days=3)))
    subject = about(request, Action.SUBMITTED, letters.received).subject
    assert request.reference in subject
    assert len(subject) <= 160


def test_a_declined_letters_words_are_text_too() -> None:
    ready = cases.ready_to_decide(fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=SCRIPT, by=petro(), at=NOON)
    assert html.escape(SCRIPT) in about(ready, Action.DECLINED, letters.declined).html
