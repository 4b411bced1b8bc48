"""What changed in the settings is recorded once, by whoever starts first; a secret only as changed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from makegood.audit.actors import System
from makegood.audit.keeping_settings import Changes, keep_settings
from makegood.audit.models import Event, KeptSettings
from makegood.audit.setting import KEY_OF_THE_MARKS, Setting
from tests.at_once import at_once
from tests.people import NOON

WEB = System("web")
SECRETS = {"MAKEGOOD_IMAP_URL", KEY_OF_THE_MARKS}


def setting(name: str, kept: str, *, given: bool = True) -> Setting:
    secret = name in SECRETS
    return Setting(name, "…", False, secret, given, "" if secret else kept, kept)


def changes_recorded() -> QuerySet[Event]:
    return Event.objects.filter(subject_kind="keptsettings")


def start(**kept: str) -> Changes:
    return keep_settings([setting(name, value) for name, value in kept.items()], by=WEB, at=NOON)


@pytest.mark.django_db
def test_the_first_start_is_kept_and_records_nothing() -> None:
    assert start(A="1", B="") == {}
    assert KeptSettings.objects.get().values == {"A": "1", "B": ""}
    assert not changes_recorded().exists()


@pytest.mark.django_db
def test_a_start_with_the_same_settings_writes_nothing() -> None:
    start(A="1")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert start(A="1") == {}
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


@pytest.mark.django_db
def test_a_change_is_one_event_that_tells_before_and_after() -> None:
    start(A="1", B="", C="same")
    assert start(A="2", B="new", C="same") == {"A": ["1", "2"], "B": ["", "new"]}
    event = changes_recorded().get()
    assert (event.action, event.actor_kind, event.actor_part) == ("settings.changed", "system", "web")
    assert event.sentence == "Settings changed: A, B"
    assert start(A="2", B="new", C="same") == {}
    assert changes_recorded().count() == 1


@pytest.mark.django_db
def test_of_a_secret_only_that_it_changed_is_told() -> None:
    start(MAKEGOOD_IMAP_URL="mark of one")
    assert start(MAKEGOOD_IMAP_URL="mark of another") == {"MAKEGOOD_IMAP_URL": [True, True]}
    assert start(MAKEGOOD_IMAP_URL="") == {"MAKEGOOD_IMAP_URL": [True, False]}
    assert "mark of" not in "".join(str(event.details) for event in changes_recorded())


@pytest.mark.django_db
def test_under_another_key_the_marks_of_other_secrets_say_nothing() -> None:
    start(MAKEGOOD_SECRET_KEY="one", MAKEGOOD_IMAP_URL="marked by one")
    changes = start(MAKEGOOD_SECRET_KEY="two", MAKEGOOD_IMAP_URL="marked by two")
    assert changes == {"MAKEGOOD_SECRET_KEY": [True, True]}
    assert start(MAKEGOOD_SECRET_KEY="three", MAKEGOOD_IMAP_URL="") == {
        "MAKEGOOD_SECRET_KEY": [True, True],
        "MAKEGOOD_IMAP_URL": [True, False],
    }


@pytest.mark.django_db
def test_what_a_newer_version_brought_is_a_change_only_where_it_was_given() -> None:
    start(A="1")
    now = [setting("A", "1"), setting("NEW", "default", given=False), setting("GIVEN", "5")]
    assert keep_settings(now, by=WEB, at=NOON) == {"GIVEN": ["", "5"]}
    assert KeptSettings.objects.get().values["NEW"] == "default"


@pytest.mark.django_db(transaction=True)
def test_many_that_start_at_once_record_it_once() -> None:
    start(A="1")
    told = at_once(*[lambda: start(A="2")] * 4)
    assert sorted(map(bool, told)) == [False, False, False, True]
    assert changes_recorded().count() == 1


@pytest.mark.django_db
def test_there_is_one_row_and_never_another() -> None:
    with pytest.raises(IntegrityError, match="settings_are_kept_once"):
        KeptSettings.objects.create(pk=2, values={}, at=NOON)
