"""Linking requests on the page of one of them."""

from __future__ import annotations

import pytest

from makegood.refund_requests.models import RequestLink
from tests.cases import a_request
from tests.desk.conftest import Desk
from tests.people import ago, an_order, lars, marta, olena, petro

pytestmark = pytest.mark.django_db


def test_both_pages_show_the_other_one_and_how_they_belong_together(at_desk: Desk) -> None:
    first, second = a_request(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    form = {"other": f" {second.reference.lower()} ", "kind": "again"}
    response = at_desk(petro()).post(f"/desk/requests/{first.reference}/links/", form)
    assert response.status_code == 303
    for here, there in ((first, second), (second, first)):
        body = at_desk(marta()).get(f"/desk/requests/{here.reference}/").content.decode()
        link = f'<a href="/desk/requests/{there.reference}/">{there.reference}</a>'
        assert f"{link}, asks for the same again: in the queue" in body
        assert f"Linked with {there.reference} (Petro Bondar)" in body
        assert f"links/{there.reference}/part/" not in body, "an engineer parts nothing"
    seen_by_olena = at_desk(olena()).get(f"/refunds/{first.reference}/").content.decode()
    assert second.reference not in seen_by_olena


def test_a_number_that_is_none_is_the_same_page(at_desk: Desk) -> None:
    first = a_request()
    form = {"other": "R-0000-00", "kind": "related"}
    response = at_desk(petro()).post(f"/desk/requests/{first.reference}/links/", form)
    body = response.content.decode()
    assert response.status_code == 422
    assert "There is no request of this number." in body
    assert 'value="R-0000-00"' in body


def test_the_request_itself_is_refused_in_words(at_desk: Desk) -> None:
    first = a_request()
    form = {"other": first.reference, "kind": "related"}
    response = at_desk(petro()).post(f"/desk/requests/{first.reference}/links/", form)
    assert response.status_code == 409
    assert "This is the request itself." in response.content.decode()


def test_parting_shows_the_link_no_more(at_desk: Desk) -> None:
    first, second = a_request(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    at_desk(petro()).post(
        f"/desk/requests/{first.reference}/links/", {"other": second.reference, "kind": "related"}
    )
    at_desk(petro()).post(f"/desk/requests/{second.reference}/links/{first.reference}/part/")
    assert RequestLink.objects.get().ended_at is not None
    body = at_desk(petro()).get(f"/desk/requests/{first.reference}/").content.decode()
    assert "Belongs together with" not in body
    assert f"No longer linked with {second.reference}" in body
