"""Prepared replies at the desk: kept on pages of their own, put into a message with nothing typed lost."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from makegood.audit.models import Event
from makegood.orders.models import Product
from makegood.refund_requests.models import Message, PreparedReply, RefundRequest
from makegood.refund_requests.prepared_replies.writing import prepare
from tests.cases import declined, messages_of, order_of
from tests.desk.conftest import Desk
from tests.desk.scenes import a_message, held_by_petro
from tests.people import NOON, aud, mail_sender, ola, olena, petro, roza, verifier

pytestmark = pytest.mark.django_db

BODY = "Dear {first_name}, about {product} ({order_number}, {reference}): by {next_update}. {my_name}"


def a_reply(
    title: str = "Which version", body: str = BODY, *, language: str = "", product: Product | None = None
) -> PreparedReply:
    return prepare(title=title, body=body, language=language, product=product, by=ola(), at=NOON)


def written_in(body: str, field: str = "id_body") -> str:
    """What stands in the field."""
    return unescape(body.split(f'id="{field}"')[1].split(">", 1)[1].split("</textarea>")[0]).strip()


def page(client: Client, refund_request: RefundRequest, query: str = "") -> str:
    response = client.get(f"/desk/requests/{refund_request.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_an_auditor_reads_the_replies_and_changes_none(at_desk: Desk) -> None:
    client, reply = at_desk(aud()), a_reply()
    for path in ("/desk/replies/", f"/desk/replies/{reply.pk}/"):
        answer = client.get(path)
        assert (answer.status_code, reply.title in answer.content.decode()) == (200, True)
        assert 'action="/desk/replies' not in answer.content.decode()
        assert "Save the reply" not in answer.content.decode()
        assert "/desk/replies/new/" not in answer.content.decode()
    assert client.post(f"/desk/replies/{reply.pk}/", {"title": "Mine"}).status_code == 404


def test_it_is_filled_in_with_what_it_is_about(at_desk: Desk) -> None:
    held = held_by_petro()
    body = page(at_desk(petro()), held, f"?macro={a_reply().pk}")
    order = order_of(held).number
    said = written_in(body)
    assert said.startswith(f"Dear Olena, about Mail Sender ({order}, {held.reference}): by ")
    assert said.endswith(" Kyiv time. Petro Bondar")


def test_the_button_keeps_what_was_typed_and_sends_nothing(at_desk: Desk) -> None:
    held, reply = held_by_petro(), a_reply(body="Which version is it, {first_name}?")
    form = a_message(held, body="Good morning.", insert="1", macro=reply.pk)
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert response.status_code == 200
    assert written_in(response.content.decode()) == "Good morning.\n\nWhich version is it, Olena?"
    assert str(form["token"]) in response.content.decode()
    assert not Message.objects.exists()


def test_who_lost_the_request_meanwhile_keeps_what_was_typed(at_desk: Desk) -> None:
    held, reply = held_by_petro(), a_reply(body="Which version?")
    form = a_message(held, body="Good morning.", insert="1", macro=reply.pk)
    response = at_desk(roza()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert written_in(response.content.decode()) == "Good morning.\n\nWhich version?"


def test_one_that_is_offered_no_longer_adds_nothing(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held, body="Good morning.", insert="1", macro="999999")
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert written_in(response.content.decode()) == "Good morning."


@pytest.mark.parametrize("macro", ["x", "-1", "1 or 1=1", "9" * 40])
def test_what_is_no_reply_is_none(macro: str, at_desk: Desk) -> None:
    a_reply()
    assert written_in(page(at_desk(petro()), held_by_petro(), f"?macro={macro}")) == ""


def test_it_also_answers_after_the_decision(at_desk: Desk) -> None:
    decided, reply = declined(), a_reply(body="Dear {first_name}")
    form = a_message(decided, body="", insert="1", macro=reply.pk)
    response = at_desk(petro()).post(f"/desk/requests/{decided.reference}/answer/", form)
    assert written_in(response.content.decode(), "answer_body") == "Dear Olena"


def test_it_is_offered_by_product_and_language(at_desk: Desk) -> None:
    held = held_by_petro()
    a_reply("For the verifier", product=verifier())
    a_reply("For Mail Sender", product=mail_sender())
    a_reply("Auf Deutsch", language="de")
    a_reply("In English", language="en")
    body = page(at_desk(petro()), held)
    assert "For Mail Sender" in body
    assert "In English" in body
    assert "For the verifier" not in body
    assert "Auf Deutsch" not in body


def test_a_placeholder_that_could_not_be_filled_in_is_not_sent(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held, body="By {next_update}")
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    body = response.content.decode()
    assert response.status_code == 409
    assert "“{next_update}” could not be filled in" in body
    assert written_in(body) == "By {next_update}"
    assert messages_of(held) == []


FORM: dict[str, Any] = {"title": "Which version", "body": "Dear {first_name}", "language": "", "product": ""}


def test_the_owner_prepares_one(at_desk: Desk) -> None:
    response = at_desk(ola()).post("/desk/replies/new/", {**FORM, "product": mail_sender().pk})
    assert response.status_code == 303
    assert PreparedReply.objects.get().product == mail_sender()
    assert "Which version" in at_desk(ola()).get("/desk/replies/").content.decode()


def test_an_unknown_placeholder_is_the_same_page(at_desk: Desk) -> None:
    response = at_desk(ola()).post("/desk/replies/new/", {**FORM, "body": "Dear {surname}"})
    body = response.content.decode()
    assert response.status_code == 422
    assert "“{surname}” is not a placeholder. These are: {first_name}, {reference}," in unescape(body)
    assert written_in(body) == "Dear {surname}"
    assert not PreparedReply.objects.exists()


def test_what_a_colleague_saved_meanwhile_is_shown_and_ones_own_is_kept(at_desk: Desk) -> None:
    reply = a_reply()
    address, form = f"/desk/replies/{reply.pk}/", {**FORM, "is_offered": "on", "edition": 1}
    assert at_desk(ola()).post(address, {**form, "body": "The first"}).status_code == 303
    response = at_desk(ola()).post(address, {**form, "body": "The second"})
    body = response.content.decode()
    assert response.status_code == 409
    assert "changed this reply meanwhile" in body
    assert written_in(body) == "The second"
    assert "The first" in body
    assert at_desk(ola()).post(address, {**form, "body": "The second", "edition": 2}).status_code == 303


def test_an_old_title_that_is_taken_is_the_same_page(at_desk: Desk) -> None:
    a_reply()
    response = at_desk(ola()).post("/desk/replies/new/", FORM)
    assert response.status_code == 409
    assert "There is already a reply “Which version”" in response.content.decode()
    assert Event.objects.filter(action="prepared_reply.prepared").count() == 1


def test_the_words_of_a_member_are_nothing_but_words(at_desk: Desk) -> None:
    olena_ = olena()
    olena_.name = "{my_name}<b>"
    olena_.save()
    held = held_by_petro()
    body = page(at_desk(petro()), held, f"?macro={a_reply(body='Dear {first_name}').pk}")
    assert written_in(body) == "Dear {my_name}<b>"
    assert "<b>" not in body.split('id="id_body"')[1].split("</textarea>")[0]
