"""A free trial is had once."""

from __future__ import annotations

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.orders.models import ProductKind, Trial
from makegood.orders.trials import (
    TrialAlreadyHad,
    TrialNotOffered,
    products_with_a_trial,
    start_trial,
    trials_of,
)
from tests.people import NOON, a_product, later, mail_sender, mei, olena, verifier

pytestmark = pytest.mark.django_db


def test_a_trial_has_the_days_and_the_quota_of_its_product() -> None:
    trial = start_trial(mei(), verifier(), by=mei(), at=NOON)
    assert (trial.ends_at, trial.quota, trial.used) == (later(days=14), 100, 0)
    assert Event.objects.get(action=Action.TRIAL_STARTED).actor_id == mei().pk


def test_a_trial_cannot_be_had_twice_even_after_it_ended() -> None:
    start_trial(mei(), verifier(), by=mei(), at=NOON)
    with pytest.raises(TrialAlreadyHad, match=r"was started on 23 November 2026; it can be had only once\."):
        start_trial(mei(), verifier(), by=mei(), at=later(days=60))
    assert Trial.objects.count() == Event.objects.filter(action=Action.TRIAL_STARTED).count() == 1


def test_another_member_has_a_trial_of_their_own() -> None:
    start_trial(mei(), verifier(), by=mei(), at=NOON)
    mine = start_trial(olena(), verifier(), by=olena(), at=NOON)
    assert list(trials_of(olena())) == [mine]


def test_software_is_tried_by_downloading() -> None:
    with pytest.raises(
        TrialNotOffered, match="Mail Sender is not tried by registering: its trial version can be"
    ):
        start_trial(mei(), mail_sender(), by=mei(), at=NOON)


def test_a_service_without_a_trial_says_so() -> None:
    tried = verifier()
    fax = a_product("fax", name="Fax", kind=ProductKind.SERVICE)
    with pytest.raises(TrialNotOffered, match="there is no free trial of it"):
        start_trial(mei(), fax, by=mei(), at=NOON)
    assert list(products_with_a_trial()) == [tried]
