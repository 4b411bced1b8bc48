"""Defects at the desk: reporting, linking, and the verdict that answers them all."""

from __future__ import annotations

import pytest
from django.test import Client

from makegood.defects import transitions
from makegood.defects.models import Defect
from makegood.defects.states import State
from makegood.refund_requests import transitions as transitions_of_requests
from makegood.refund_requests.states import State as RequestState
from tests.cases import a_defect, a_fixed_defect, now, trying_fix, with_engineers
from tests.desk.conftest import Desk
from tests.desk.scenes import held_by_petro
from tests.people import NOON, aud, mail_sender, marta, olena, petro, verifier

pytestmark = pytest.mark.django_db
ISSUE = "https://github.com/vendor/mail-sender/issues/118"


def test_reporting_leads_to_the_defect(at_desk: Desk) -> None:
    form = {"product": mail_sender().pk, "title": "Stops after 400 letters", "steps": "Press Send"}
    response = at_desk(marta()).post("/desk/defects/new/", form)
    defect = Defect.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/defects/{defect.pk}/")
    assert (defect.title, defect.state, defect.reported_by) == (
        "Stops after 400 letters",
        State.REPORTED,
        marta(),
    )


def test_a_defect_needs_its_line_and_keeps_what_was_typed(at_desk: Desk) -> None:
    form = {"product": mail_sender().pk, "title": "", "steps": "1. Load the list"}
    response = at_desk(marta()).post("/desk/defects/new/", form)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Please say in one line what goes wrong." in body
    assert "1. Load the list" in body


def test_a_request_is_sent_to_the_engineers_with_a_known_defect(at_desk: Desk) -> None:
    held, defect = held_by_petro(), a_defect()
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/engineers/", {"defect": defect.pk})
    assert response.status_code == 303
    assert (now(held).state, now(held).defect) == (RequestState.WITH_ENGINEERS, defect)


def test_a_request_is_sent_to_the_engineers_with_a_new_defect(at_desk: Desk) -> None:
    held = held_by_petro()
    form = {"defect": "new", "title": "Socket error 10053", "steps": "Send 400 letters"}
    at_desk(petro()).post(f"/desk/requests/{held.reference}/engineers/", form)
    assert now(held).state == RequestState.WITH_ENGINEERS
    assert Defect.objects.get().title == "Socket error 10053"
    assert Defect.objects.get().product == held.product


def test_a_defect_that_is_answered_already_does_not_make_anyone_wait(at_desk: Desk) -> None:
    held, defect = held_by_petro(), a_defect()
    transitions.reproduce(defect, by=marta(), at=NOON)
    transitions.give_up(defect, by=marta(), at=NOON)
    response = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/engineers/", {"defect": defect.pk}, follow=True
    )
    assert now(held).state == RequestState.EXAMINING
    assert "By the policy: refund $79.00" in response.content.decode()


def test_a_new_defect_without_its_line_is_the_same_page(at_desk: Desk) -> None:
    held = held_by_petro()
    form = {"defect": "new", "title": "", "steps": "Send 400 letters"}
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/engineers/", form)
    assert response.status_code == 422
    assert "Send 400 letters" in response.content.decode()
    assert now(held).state == RequestState.EXAMINING


def test_a_defect_of_another_product_is_not_on_offer(at_desk: Desk) -> None:
    held = held_by_petro()
    other = transitions.report(product=verifier(), title="Slow", steps="", by=marta(), at=NOON)
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/engineers/", {"defect": other.pk})
    assert (response.status_code, now(held).state) == (422, RequestState.EXAMINING)


def test_who_does_not_hold_the_request_leaves_no_defect_behind(at_desk: Desk) -> None:
    held = with_engineers()
    before = Defect.objects.count()
    form = {"defect": "new", "title": "Another one", "steps": ""}
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/engineers/", form)
    assert response.status_code == 409
    assert "You do not hold" in response.content.decode()
    assert "Another one" in response.content.decode()
    assert Defect.objects.count() == before


def what_was_seen(client: Client, defect: Defect, said: str) -> dict[str, str]:
    """What the form of a verdict sends: the letters on the page, where there are any."""
    if said not in ("cannot-be-fixed", "fixed"):
        return {}
    version = {"fixed_in": "9.6.2"} if said == "fixed" else {}
    return {"seen": client.get(f"/desk/defects/{defect.pk}/{said}/", version).context["seen"], **version}


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ([], "reproduced", State.REPRODUCED),
        ([], "not-reproduced", State.NOT_REPRODUCED),
        (["reproduced"], "cannot-be-fixed", State.CANNOT_BE_FIXED),
        (["reproduced", "cannot-be-fixed"], "reopen", State.REPRODUCED),
    ],
)
def test_the_engineers_give_their_verdict(before: list[str], said: str, after: State, at_desk: Desk) -> None:
    defect, client = a_defect(), at_desk(marta())
    for each in before:
        client.post(f"/desk/defects/{defect.pk}/{each}/", what_was_seen(client, defect, each))
    given = client.post(f"/desk/defects/{defect.pk}/{said}/", what_was_seen(client, defect, said))
    assert given.status_code == 303
    assert Defect.objects.get().state == after


def test_a_fix_names_its_version(at_desk: Desk) -> None:
    defect, client = a_defect(), at_desk(marta())
    client.post(f"/desk/defects/{defect.pk}/reproduced/")
    page = client.get(f"/desk/defects/{defect.pk}/").content.decode()
    assert "Each waiting customer is asked to try that version by" in page
    nameless = client.post(f"/desk/defects/{defect.pk}/fixed/", {"fixed_in": ""})
    assert (nameless.status_code, Defect.objects.get().state) == (422, State.REPRODUCED)
    client.post(f"/desk/defects/{defect.pk}/fixed/", what_was_seen(client, defect, "fixed"))
    assert (Defect.objects.get().state, Defect.objects.get().fixed_in) == (State.FIXED, "9.6.2")


def test_a_verdict_that_does_not_follow_is_refused_in_words(at_desk: Desk) -> None:
    defect = a_defect()
    client = at_desk(marta())
    seen = what_was_seen(client, defect, "cannot-be-fixed")
    response = client.post(f"/desk/defects/{defect.pk}/cannot-be-fixed/", seen)
    assert response.status_code == 409
    assert "this has moved on meanwhile" in response.content.decode()
    assert Defect.objects.get().state == State.REPORTED


def test_a_word_that_is_no_verdict_is_not_there(at_desk: Desk) -> None:
    assert at_desk(marta()).post(f"/desk/defects/{a_defect().pk}/forget-it/").status_code == 404


def test_the_defect_shows_who_waits_for_it(at_desk: Desk) -> None:
    waiting = now(with_engineers())
    body = at_desk(aud()).get(f"/desk/defects/{waiting.defect_id}/").content.decode()
    assert waiting.reference in body
    assert "with the engineers" in body
    assert "Your verdict" not in body


def test_the_list_can_show_what_still_waits_for_a_verdict(at_desk: Desk) -> None:
    answered, waiting = a_defect(), a_defect()
    transitions.not_reproduced(answered, by=marta(), at=NOON)
    body = at_desk(marta()).get("/desk/defects/?which=open").content.decode()
    assert f"/desk/defects/{waiting.pk}/" in body
    assert f"/desk/defects/{answered.pk}/" not in body


# What is written down


def test_the_description_is_changed_and_its_former_text_stays_readable(at_desk: Desk) -> None:
    defect, client = a_defect(), at_desk(marta())
    url = f"/desk/defects/{defect.pk}/description/"
    assert defect.steps in client.get(url).content.decode()
    form = {"steps": "Load 500 letters", "occurs_in": "9.5, 9.6", "tracker_url": ISSUE, "revision": 1}
    body = client.post(url, form, follow=True).content.decode()
    for each in ("The description is saved.", "Load 500 letters", "9.5, 9.6", "GitHub #118", defect.steps):
        assert each in body
    assert f'href="{ISSUE}"' in body


def test_a_stale_description_is_shown_beside_what_was_typed(at_desk: Desk) -> None:
    defect, client = a_defect(), at_desk(marta())
    url = f"/desk/defects/{defect.pk}/description/"
    client.post(url, {"steps": "Written by Petro", "revision": 1})
    stale = client.post(url, {"steps": "Typed by Marta", "revision": 1})
    body = stale.content.decode()
    assert stale.status_code == 409
    for each in ("Somebody changed this description meanwhile", "Written by Petro", "Typed by Marta"):
        assert each in body
    assert client.post(url, {"steps": "Typed by Marta", "revision": 2}).status_code == 303
    assert Defect.objects.get().steps == "Typed by Marta"


def test_a_link_that_is_no_issue_is_refused_and_kept_in_the_form(at_desk: Desk) -> None:
    defect = a_defect()
    form = {"steps": "", "tracker_url": "http://github.com/a/b/issues/1", "revision": 1}
    refused = at_desk(marta()).post(f"/desk/defects/{defect.pk}/description/", form)
    assert refused.status_code == 422
    assert "beginning with https://" in refused.content.decode()
    assert "http://github.com/a/b/issues/1" in refused.content.decode()


def test_the_page_says_that_the_tracker_gives_no_verdict(at_desk: Desk) -> None:
    defect = a_defect()
    Defect.objects.update(tracker_url=ISSUE, tracker_status="closed", tracker_changed_at=NOON)
    body = at_desk(marta()).get(f"/desk/defects/{defect.pk}/").content.decode()
    assert "The tracker says: closed" in body
    assert "That is no verdict" in body
    assert "The tracker says: closed" in at_desk(marta()).get("/desk/defects/").content.decode()


# A fix


def test_a_request_about_a_defect_that_is_fixed_goes_to_its_customer_to_try(at_desk: Desk) -> None:
    held, defect = held_by_petro(), a_fixed_defect(fixed_in="9.6.2")
    response = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/engineers/", {"defect": defect.pk}, follow=True
    )
    assert (now(held).state, now(held).fix_to_try) == (RequestState.TRYING_FIX, "9.6.2")
    assert "The customer is asked to try that version." in response.content.decode()


def test_the_defect_shows_for_whom_its_fix_does_not_work(at_desk: Desk) -> None:
    trying = trying_fix(fixed_in="9.7")
    transitions_of_requests.fix_failed(trying, by=olena(), at=NOON)
    body = at_desk(marta()).get(f"/desk/defects/{trying.defect_id}/").content.decode()
    assert "1 customer says that it still happens in 9.7." in body
    assert "please look at your verdict again" in body
    assert f"A customer says that it still happens in 9.7 ({trying.reference})" in body
