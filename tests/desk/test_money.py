"""Money at the desk: what is in trouble, and what finance does about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from makegood.accounts.models import User
from makegood.desk.access import desk_zone
from makegood.desk.trouble import refunds_in_trouble
from makegood.refunds import opening
from makegood.refunds.advancing import advance
from makegood.refunds.connected import provider_of
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.states import State
from tests.desk.conftest import Desk
from tests.desk.scenes import a_manual_refund, a_refund, a_refund_made_outside
from tests.people import aud, finn, ola, petro


@pytest.fixture
def finance(at_desk: Desk) -> Client:
    """Finn's browser."""
    return at_desk(finn())


@pytest.fixture
def by_hand(transactional_db: None) -> Refund:
    """A refund that waits for a person to send it."""
    refund = a_manual_refund()
    provider = provider_of(refund, connections=settings)
    return advance(refund.pk, provider=provider, by=petro(), at=timezone.now())


@pytest.mark.django_db
def test_a_held_refund_is_in_trouble_and_says_what_to_do(finance: Client) -> None:
    refund = opening.hold(a_refund(), reason="The card is disputed", by=finn(), at=timezone.now())
    body = finance.get("/desk/money/").content.decode()
    assert "1 refund needs a look" in body
    assert "Release it, or cancel it." in body
    assert "The card is disputed" in finance.get(f"/desk/money/{refund.pk}/").content.decode()
    assert "Money in trouble" in finance.get("/desk/").content.decode()


@pytest.mark.django_db
def test_releasing_lets_it_go(finance: Client) -> None:
    refund = opening.hold(a_refund(), reason="Disputed", by=finn(), at=timezone.now())
    assert _step(finance, refund, "release") == (303, State.APPROVED)


@pytest.mark.django_db
def test_canceling_needs_a_reason(finance: Client) -> None:
    refund = opening.hold(a_refund(), reason="Disputed", by=finn(), at=timezone.now())
    assert _step(finance, refund, "cancel") == (422, State.HELD)
    assert _step(finance, refund, "cancel", reason="Paid back by the bank") == (303, State.CANCELED)


@pytest.mark.django_db
def test_what_does_not_follow_is_refused_in_words(finance: Client) -> None:
    refund = a_refund()
    response = finance.post(f"/desk/money/{refund.pk}/release/")
    body = response.content.decode()
    assert response.status_code == 409
    assert "this has moved on meanwhile" in body
    assert Refund.objects.get().state == State.APPROVED


@pytest.mark.django_db
def test_asking_now_enqueues_one_more_look(finance: Client) -> None:
    refund = a_refund()
    before = ProcrastinateJob.objects.filter(task_name="refunds.advance").count()
    assert _step(finance, refund, "look-up") == (303, State.APPROVED)
    assert ProcrastinateJob.objects.filter(task_name="refunds.advance").count() == before + 1


@pytest.mark.django_db
def test_a_step_that_does_not_exist_is_not_there(finance: Client) -> None:
    assert finance.post(f"/desk/money/{a_refund().pk}/give-it-to-me/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("reader", [ola, aud])
def test_readers_of_money_are_offered_no_steps(reader: Callable[[], User], at_desk: Desk) -> None:
    refund = a_refund()
    body = at_desk(reader()).get(f"/desk/money/{refund.pk}/").content.decode()
    assert "$79.00" in body
    assert "What you can do" not in body


@pytest.mark.django_db
def test_the_refund_shows_its_books(finance: Client) -> None:
    body = finance.get(f"/desk/money/{a_refund().pk}/").content.decode()
    assert "refunds_owed" in body
    assert "-$79.00" in body
    assert "Refund prepared" in body


def test_money_sent_by_hand_is_recorded_with_its_reference(by_hand: Refund, finance: Client) -> None:
    sent = {"way": "cash", "sent_on": timezone.localdate(timezone=desk_zone()).isoformat()}
    assert _step(finance, by_hand, "sent", **sent, reference="") == (422, State.ACTION_NEEDED)
    assert _step(finance, by_hand, "sent", **sent, reference="WIRE-77") == (303, State.SUCCEEDED)
    body = finance.get(f"/desk/money/{by_hand.pk}/").content.decode()
    assert "WIRE-77" in body
    assert "in cash" in body
    assert "recorded by a person" in body
    assert "Finn Larsen" in body
    assert _step(finance, by_hand, "arrived") == (303, State.SETTLED)


def test_a_failed_refund_is_tried_again(by_hand: Refund, finance: Client) -> None:
    assert _step(finance, by_hand, "failed", reason="Wrong account") == (303, State.FAILED)
    assert _step(finance, by_hand, "retry") == (303, State.SENDING)


def test_paying_another_way_needs_consent_and_somebody_else(
    by_hand: Refund, finance: Client, at_desk: Desk
) -> None:
    _step(finance, by_hand, "failed", reason="Account closed")
    assert _step(finance, by_hand, "another-way", consent="")[0] == 422
    assert _step(finance, by_hand, "another-way", consent="By phone, IBAN in the ticket")[0] == 303
    draft = Refund.objects.get(replaces=by_hand)
    own = finance.post(f"/desk/money/{draft.pk}/approve/")
    assert own.status_code == 409
    assert "somebody else has to approve it" in own.content.decode()
    assert Refund.objects.get(pk=draft.pk).state == State.DRAFT


@pytest.mark.django_db
def test_one_state_can_be_shown_alone(finance: Client) -> None:
    a_refund()
    assert "for R-" in finance.get("/desk/money/?state=approved").content.decode()
    assert "No refunds here" in finance.get("/desk/money/?state=settled").content.decode()


def _step(finance: Client, refund: Refund, name: str, **typed: str) -> tuple[int, str]:
    """What the page answered, and where the refund stands then."""
    response = finance.post(f"/desk/money/{refund.pk}/{name}/", typed)
    return response.status_code, Refund.objects.get(pk=refund.pk).state


@pytest.mark.django_db
def test_a_refund_made_outside_is_confirmed_by_a_person(finance: Client, at_desk: Desk) -> None:
    outside = a_refund_made_outside()
    assert "Made outside this desk" in finance.get("/desk/money/").content.decode()
    address = f"/desk/money/outside/{outside.pk}/"
    assert at_desk(ola()).post(address).status_code == 404
    assert finance.post(address).status_code == 303
    assert ExternalRefund.objects.get().confirmed_by == finn()
    assert "Made outside this desk" not in finance.get("/desk/money/").content.decode()


@pytest.mark.django_db
def test_unknown_is_in_trouble_only_when_it_lasts(finance: Client) -> None:
    fresh = a_refund()
    lasting = a_refund(at=timezone.now() - timedelta(hours=2))
    Refund.objects.filter(pk__in=[fresh.pk, lasting.pk]).update(state=State.SENDING)
    Refund.objects.filter(pk__in=[fresh.pk, lasting.pk]).update(state=State.UNKNOWN)
    assert list(refunds_in_trouble(timezone.now())) == [lasting]
