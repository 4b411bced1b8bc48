"""Who may open and do what; whoever may not learns nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from makegood.audit.models import Event
from makegood.refund_requests.models import Decision
from makegood.refunds.models import Refund
from tests.cases import a_defect, awaiting_approval, now, with_engineers
from tests.desk.conftest import Desk
from tests.desk.scenes import a_refund
from tests.people import aud, finn, marta, ola, olena, petro

pytestmark = pytest.mark.django_db

STAFF = {"petro": petro, "marta": marta, "finn": finn, "ola": ola, "aud": aud}
ALL = set(STAFF)

PAGES = {
    "/desk/": ALL,
    "/desk/requests/": ALL,
    "/desk/requests/{reference}/": ALL,
    "/desk/requests/{reference}/approval/": ALL,
    "/desk/requests/{reference}/decide/": {"petro", "ola"},
    "/desk/requests/{reference}/engineers/": {"petro", "ola"},
    "/desk/approvals/": {"finn", "ola", "aud"},
    "/desk/defects/": ALL,
    "/desk/defects/new/": {"petro", "marta", "ola"},
    "/desk/defects/{defect}/": ALL,
    "/desk/money/": {"finn", "ola", "aud"},
    "/desk/money/{refund}/": {"finn", "ola", "aud"},
    "/desk/policy/": ALL,
    "/desk/policy/2026-11/": ALL,
    "/desk/team/": {"petro", "ola", "aud"},
    "/desk/team/{worker}/products/": {"ola"},
    "/desk/events/": {"ola", "aud"},
}
STEPS = {
    "/desk/take/": {"petro", "ola"},
    "/desk/requests/{reference}/put-back/": {"petro", "ola"},
    "/desk/requests/{reference}/keep/": {"petro", "ola"},
    "/desk/requests/{reference}/take-again/": {"petro", "ola"},
    "/desk/requests/{reference}/choose/": {"ola"},
    "/desk/team/{worker}/away/": {"petro", "ola"},
    "/desk/team/{worker}/back/": {"petro", "ola"},
    "/desk/team/{worker}/products/": {"ola"},
    "/desk/requests/{reference}/messages/": {"petro", "ola"},
    "/desk/requests/{reference}/answer/": {"petro", "ola"},
    "/desk/requests/{reference}/look-again/": {"petro", "ola"},
    "/desk/requests/{reference}/notes/": {"petro", "marta", "finn", "ola"},
    "/desk/requests/{reference}/findings/bug_confirmed/": {"marta", "ola"},
    "/desk/requests/{reference}/engineers/": {"petro", "ola"},
    "/desk/requests/{reference}/decide/": {"petro", "ola"},
    "/desk/requests/{reference}/approval/approve/": {"finn", "ola"},
    "/desk/requests/{reference}/approval/return/": {"finn", "ola"},
    "/desk/defects/new/": {"petro", "marta", "ola"},
    "/desk/defects/{defect}/reproduced/": {"marta", "ola"},
    "/desk/money/{refund}/cancel/": {"finn"},
}


@pytest.fixture
def places() -> dict[str, object]:
    """What the addresses are about."""
    return {
        "reference": awaiting_approval().reference,
        "defect": a_defect().pk,
        "refund": a_refund().pk,
        "worker": petro().pk,
    }


@pytest.mark.parametrize("name", STAFF)
def test_everyone_opens_the_pages_of_their_rights_and_the_others_are_not_there(
    name: str, places: dict[str, object], at_desk: Desk
) -> None:
    client = at_desk(STAFF[name]())
    answers = {path: _get(client, path, places) for path in PAGES}
    assert answers == {path: 200 if name in rights else 404 for path, rights in PAGES.items()}


@pytest.mark.parametrize("name", STAFF)
def test_everyone_takes_the_steps_of_their_rights_and_the_others_are_not_there(
    name: str, places: dict[str, object], at_desk: Desk
) -> None:
    client = at_desk(STAFF[name]())
    there = {path for path in STEPS if _post(client, path, places) != 404}
    assert there == {path for path, rights in STEPS.items() if name in rights}


def test_a_member_finds_no_desk_at_all(places: dict[str, object], at_desk: Desk) -> None:
    member, before = at_desk(olena()), _everything()
    assert {_get(member, path, places) for path in (*PAGES, *STEPS)} == {404}
    assert {_post(member, path, places) for path in (*PAGES, *STEPS)} == {404}
    assert _everything() == before


def test_somebody_not_signed_in_signs_in_and_comes_back(places: dict[str, object]) -> None:
    sign_in = reverse("account_login")
    for path in PAGES:
        address = path.format(**places)
        response = Client().get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"{sign_in}?next={address}")


def test_nobody_acts_without_signing_in(places: dict[str, object]) -> None:
    before = _everything()
    assert {_post(Client(), path, places) for path in STEPS} == {302}
    assert _everything() == before


def test_looking_changes_nothing(places: dict[str, object], at_desk: Desk) -> None:
    before = _everything()
    for person in (petro, marta, finn, ola):
        client = at_desk(person())
        for path in (*PAGES, *STEPS):
            client.get(path.format(**places))
    assert _everything() == before


def test_someone_who_lost_their_role_finds_no_desk(at_desk: Desk) -> None:
    client = at_desk(petro())
    petro().staff_roles.all().delete()
    assert client.get("/desk/").status_code == 404


def test_the_auditor_reads_a_ticket_and_is_offered_nothing_to_do(at_desk: Desk) -> None:
    reference = now(with_engineers()).reference
    body = at_desk(aud()).get(f"/desk/requests/{reference}/").content.decode()
    assert reference in body
    forms = body.count('<form method="post"') + body.count('method="post"\n')
    assert forms == body.count(f'action="{reverse("account_logout")}"') == 1


def _get(client: Client, path: str, places: dict[str, object]) -> int:
    return client.get(path.format(**places)).status_code


def _post(client: Client, path: str, places: dict[str, object]) -> int:
    return client.post(path.format(**places)).status_code


def _everything() -> list[object]:
    """What a step would leave behind."""
    return [Event.objects.count(), Decision.objects.count(), *Refund.objects.values_list("state")]


def test_the_desk_and_the_account_of_its_people_lead_to_each_other(at_desk: Desk) -> None:
    board = at_desk(petro()).get("/desk/").content.decode()
    assert '<a href="/account/">Petro Bondar · Representative</a>' in board
    assert 'href="/desk/"' in at_desk(petro()).get("/account/").content.decode()
    assert 'href="/desk/"' not in at_desk(olena()).get("/account/").content.decode()
