"""The page of who works the queue."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.queue.models import Worker
from makegood.refund_requests.states import State
from tests.cases import now
from tests.desk.conftest import Desk
from tests.desk.scenes import held_by_petro
from tests.people import a_lead, a_product, aud, mail_sender, marta, petro, roza, verifier

pytestmark = pytest.mark.django_db


def test_a_lead_sees_everybody_who_examines_and_others_themselves(at_desk: Desk) -> None:
    everybody, shown = (petro(), roza(), a_lead(), marta()), at_desk(a_lead()).get("/desk/team/")
    page = shown.content.decode()
    assert [str(person) in page for person in everybody] == [True, True, True, False]
    alone = at_desk(roza()).get("/desk/team/").content.decode()
    assert ["Roza Lind" in alone, "Petro Bondar" in alone] == [True, False]


def test_an_auditor_reads_who_works_and_marks_nobody(at_desk: Desk) -> None:
    client, person = at_desk(aud()), petro()
    page = client.get("/desk/team/").content.decode()
    assert ["Petro Bondar" in page, 'action="/desk/team/' in page, "/products/" in page] == [
        True,
        False,
        False,
    ]
    assert client.post(f"/desk/team/{person.pk}/away/").status_code == 404
    both = roza()
    both.staff_roles.create(role="auditor")
    assert at_desk(both).post(f"/desk/team/{person.pk}/away/").status_code == 404, (
        "reads all, plans for nobody"
    )


def test_marking_a_colleague_away_brings_back_what_they_have(at_desk: Desk) -> None:
    held, client = held_by_petro(), at_desk(a_lead())
    response = client.post(f"/desk/team/{petro().pk}/away/", follow=True)
    assert response.redirect_chain == [("/desk/team/", 303)]
    assert "1 request went back to its place" in response.content.decode()
    assert now(held).state == State.WAITING
    told = at_desk(petro()).post("/desk/take/", follow=True).content.decode()
    assert "You are marked as away" in told
    at_desk(petro()).post(f"/desk/team/{petro().pk}/back/")
    assert at_desk(petro()).post("/desk/take/").headers["Location"].endswith(f"{held.reference}/")


def test_a_colleague_is_not_there_for_who_does_not_plan(at_desk: Desk) -> None:
    for step in ("away", "back", "products"):
        assert at_desk(roza()).post(f"/desk/team/{petro().pk}/{step}/").status_code == 404
    assert at_desk(a_lead()).post(f"/desk/team/{marta().pk}/away/").status_code == 404
    assert not Worker.objects.exists()


def test_a_lead_says_which_products_somebody_gets_first(at_desk: Desk) -> None:
    client, path = at_desk(a_lead()), f"/desk/team/{petro().pk}/products/"
    chosen = {"products": [mail_sender().pk, verifier().pk]}
    page = client.post(path, chosen, follow=True).content.decode()
    assert "Mail Sender, Mail Verifier Online" in page
    assert set(petro().worker.products.all()) == {mail_sender(), verifier()}
    known = client.get(path).context["form"]["products"].value()
    assert set(known) == {mail_sender().pk, verifier().pk}
    wrong = client.post(path, {"products": ["0"]})
    assert (wrong.status_code, "choose from the products" in wrong.content.decode()) == (422, True)
    assert petro().worker.products.count() == 2
    client.post(path, {})
    assert petro().worker.products.count() == 0


def test_the_page_asks_as_little_for_many_as_for_few(at_desk: Desk) -> None:
    client = at_desk(a_lead())
    client.get("/desk/team/")
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/team/")
    for person in (petro(), roza()):
        Worker.objects.create(person=person).products.add(a_product("mail-sender"), a_product("tracker"))
    with CaptureQueriesContext(connection) as many:
        client.get("/desk/team/")
    # The products of those who have some are one question, whoever has them.
    assert len(many) <= len(few) + 1 <= 12
