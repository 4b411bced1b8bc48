"""Free trials in the back office: found by member, extended and ended by hand, with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from makegood.audit.models import Event
from makegood.notifications import trial_letters
from makegood.orders import trials_by_hand
from makegood.orders.models import Trial
from makegood.orders.products import MayNotManage
from makegood.orders.trials import note_ends, start_trial
from tests.desk.conftest import Desk
from tests.people import aud, lars, mei, ola, petro, verifier

pytestmark = pytest.mark.django_db


def a_trial(*, started_days_ago: float = 2) -> Trial:
    """Mei's, of fourteen days."""
    at = timezone.now() - timedelta(days=started_days_ago)
    return start_trial(mei(), verifier(), by=mei(), at=at)


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_those_that_run_are_listed_and_others_found_by_member(at_desk: Desk) -> None:
    a_trial(started_days_ago=20)
    start_trial(lars(), verifier(), by=lars(), at=timezone.now())
    owner = at_desk(ola())
    running = text(owner, "/desk/trials/")
    assert lars().email in running
    assert mei().email not in running
    found = text(owner, f"/desk/trials/?email={mei().email[:4]}")
    assert mei().email in found
    assert lars().email not in found
    assert "0 of 100 verification credits" in found


def test_one_lasts_longer_and_its_member_is_reminded_again(at_desk: Desk) -> None:
    trial = a_trial(started_days_ago=12)
    assert note_ends(at=timezone.now()) == 1
    last_day = (timezone.now() + timedelta(days=30)).date()
    form = {"last_day": last_day.isoformat(), "reason": "They were ill."}
    owner = at_desk(ola())
    assert owner.post(f"/desk/trials/{trial.pk}/extend/", form).status_code == 303
    trial.refresh_from_db()
    assert trial.ends_at > timezone.now() + timedelta(days=29)
    assert note_ends(at=trial.ends_at - timedelta(days=1)) == 1
    assert "Free trial extended: They were ill." in text(owner, f"/desk/trials/{trial.pk}/")


def test_an_earlier_day_is_refused_with_what_was_typed(at_desk: Desk) -> None:
    trial = a_trial()
    form = {"last_day": timezone.now().date().isoformat(), "reason": "They were ill."}
    response = at_desk(ola()).post(f"/desk/trials/{trial.pk}/extend/", form)
    assert response.status_code == 409
    body = response.content.decode()
    assert "choose a later day" in body
    assert 'value="They were ill."' in body


def test_a_last_day_that_nobody_means_is_none(at_desk: Desk) -> None:
    form = {"last_day": "9999-12-31", "reason": "They were ill."}
    response = at_desk(ola()).post(f"/desk/trials/{a_trial().pk}/extend/", form)
    assert (response.status_code, "Please give the day" in response.content.decode()) == (422, True)


def test_one_is_ended_and_its_member_reads_why(at_desk: Desk) -> None:
    trial = a_trial()
    owner = at_desk(ola())
    form = {"reason": "It was used to send spam."}
    assert owner.post(f"/desk/trials/{trial.pk}/end/", form).status_code == 303
    trial.refresh_from_db()
    assert trial.ended_at is not None
    assert trial.ends_at <= timezone.now()
    letter = trial_letters.trial_ended(Event.objects.get(action="trial.ended_by_hand"), timezone.now())
    assert letter is not None
    assert "It was used to send spam." in letter.text
    assert owner.post(f"/desk/trials/{trial.pk}/end/", form).status_code == 409
    assert not note_ends(at=timezone.now())


def test_what_is_done_by_hand_has_a_reason_and_is_a_right() -> None:
    trial, at = a_trial(), timezone.now()
    with pytest.raises(trials_by_hand.ReasonLacks):
        trials_by_hand.end(trial, reason=" ", by=ola(), at=at)
    with pytest.raises(MayNotManage):
        trials_by_hand.end(trial, reason="So.", by=petro(), at=at)
    assert not Event.objects.filter(action="trial.ended_by_hand").exists()


def test_the_auditor_only_reads(at_desk: Desk) -> None:
    body = text(at_desk(aud()), f"/desk/trials/{a_trial().pk}/")
    assert "Extend the trial" not in body
    assert at_desk(petro()).get("/desk/trials/").status_code == 404
