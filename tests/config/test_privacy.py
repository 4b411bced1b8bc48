"""What caches may keep: nothing of what a signed-in person sees."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cases import the_policy
from tests.people import olena, petro

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/refunds/", "/accounts/email/", "/nowhere/", "/policy"])
def test_what_a_member_sees_is_kept_by_no_cache(client: Client, address: str) -> None:
    the_policy()
    client.force_login(olena())
    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_what_staff_see_is_kept_by_no_cache(client: Client) -> None:
    client.force_login(petro())
    assert client.get("/desk/")["Cache-Control"] == "private, no-store"


def test_what_everybody_sees_may_be_kept(client: Client) -> None:
    the_policy()
    assert "Cache-Control" not in client.get("/policy")
