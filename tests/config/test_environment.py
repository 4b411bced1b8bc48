"""A start with a wrong setting ends with one sentence that names it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.config.addresses import BadSetting
from makegood.config.environment import KNOWN, OPTIONAL, REQUIRED, read_environment
from tests.environment import PROJECT, settings


@pytest.fixture(autouse=True)
def good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings(database_url="postgresql://ann@db/makegood", run="none").items():
        monkeypatch.setenv(name, value)


def refusal() -> str:
    with pytest.raises(BadSetting) as caught:
        read_environment()
    return str(caught.value)


def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_LOG_LEVEL", "debug")
    monkeypatch.setenv("MAKEGOOD_SITE_URL", "https://refunds.northwind.example/")
    environment = read_environment()
    assert environment.site_url == "https://refunds.northwind.example"
    assert environment.trusted_origins == ["https://refunds.northwind.example"]
    assert (environment.log_level, environment.database["NAME"]) == ("DEBUG", "makegood")


def test_what_is_not_given_has_the_documented_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OPTIONAL:
        monkeypatch.delenv(name, raising=False)
    environment = read_environment()
    assert (environment.demo, environment.debug, environment.behind_proxy) == (False, False, False)
    assert (environment.json_logs, environment.log_level, environment.desk_zone) == (True, "INFO", "UTC")


def test_a_misspelt_setting_is_refused_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_SITE_ULR", "https://refunds.northwind.example")
    assert "MAKEGOOD_SITE_ULR is not a setting. Did you mean MAKEGOOD_SITE_URL?" in refusal()


def test_all_missing_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("MAKEGOOD_VENDOR")
    monkeypatch.setenv("MAKEGOOD_SECRET_KEY", "  ")
    assert "DATABASE_URL, MAKEGOOD_SECRET_KEY and MAKEGOOD_VENDOR are not set." in refusal()


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_setting_is_required(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    assert f"{name} is not set." in refusal()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "sqlite:///makegood.db", "must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://ann@db", "names no database"),
        ("DATABASE_URL", "postgresql://ann@db:port/makegood", "is not a database address"),
        ("MAKEGOOD_BEHIND_PROXY", "perhaps", "Not a valid boolean"),
        ("MAKEGOOD_DESK_ZONE", "Europe/Atlantis", "no time zone"),
        ("MAKEGOOD_EMAIL_URL", "nonsense", "must begin with submission://"),
        ("MAKEGOOD_EMAIL_URL", "submission://", "names no mail server"),
        ("MAKEGOOD_EMAIL_BOUNCES", "bounces", "must be an address such as bounces@vendor.example"),
        ("MAKEGOOD_EMAIL_BOUNCES", "b+1@vendor.example", "must be an address"),
        ("MAKEGOOD_EMAIL_BOUNCES", f"{'b' * 25}@vendor.example", "must be an address"),
        ("MAKEGOOD_IMAP_URL", "imap://desk:secret@mail.example", "must be such as imaps://"),
        ("MAKEGOOD_IMAP_URL", "imaps://mail.example", "must be such as imaps://"),
        ("MAKEGOOD_IMAP_URL", "imaps://desk:secret@mail.example:tls/", "must be such as imaps://"),
        ("MAKEGOOD_IMAP_URL", "imaps://desk:secret@[mail", "must be such as imaps://"),
        ("MAKEGOOD_SEND_FILES", "nginx", "must be x-sendfile or x-accel:/FOLDER/"),
        ("MAKEGOOD_SEND_FILES", "x-accel:/files;X/", "must be x-sendfile or x-accel:/FOLDER/"),
        ("MAKEGOOD_LOG_LEVEL", "chatty", "Not a valid log level"),
        ("MAKEGOOD_SANDBOX_URL", "http://", "must be an address"),
        ("MAKEGOOD_PAYPAL_URL", "http://api-m.paypal.com", "must begin with https://"),
        ("MAKEGOOD_2CHECKOUT_URL", "http://api.2checkout.com/rest/6.0", "must begin with https://"),
        ("MAKEGOOD_SITE_URL", "refunds.northwind.example", "must be an address"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    said = refusal()
    assert said.startswith(f"makegood: {name} ")
    assert sentence in said
    assert said.endswith(" See docs/settings.md.")
    assert "\n" not in said


def test_a_password_in_a_bad_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hunter2@db:port/makegood")
    assert "hunter2" not in refusal()


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    table = Path(PROJECT / "docs" / "settings.md").read_text()
    assert set(re.findall(r"^\| `(DATABASE_URL|MAKEGOOD_[A-Z0-9_]+)`", table, flags=re.MULTILINE)) == KNOWN


def test_the_password_of_the_mailbox_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_IMAP_URL", "imap://desk:hunter2@mail.example")
    assert "hunter2" not in refusal()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAKEGOOD_STRIPE_SECRET", "pk_live_hunter2", "must begin with rk_ or sk_"),
        ("MAKEGOOD_STRIPE_WEBHOOK_SECRET", "hunter2", "must begin with whsec_"),
        ("MAKEGOOD_STRIPE_URL", "http://stripe.example/", "must begin with https://"),
    ],
)
def test_what_cannot_be_of_stripe_is_refused_and_no_secret_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert f"{name} {said}" in refusal()
    assert "hunter2" not in refusal()


def test_stripe_and_a_stand_in_on_this_machine_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_STRIPE_SECRET", " rk_live_1 ")
    monkeypatch.setenv("MAKEGOOD_STRIPE_WEBHOOK_SECRET", "whsec_1")
    monkeypatch.setenv("MAKEGOOD_STRIPE_URL", "http://127.0.0.1:8101/")
    read = read_environment()
    assert (read.stripe_secret, read.stripe_webhook_secret) == ("rk_live_1", "whsec_1")
    assert read.stripe_url == "http://127.0.0.1:8101"


OIDC = {
    "MAKEGOOD_OIDC_SERVER_URL": "https://accounts.northwind.example/realms/shop/",
    "MAKEGOOD_OIDC_CLIENT_ID": "refund-desk",
    "MAKEGOOD_OIDC_SECRET": "a secret",
    "MAKEGOOD_OIDC_NAME": "Northwind Shop",
}


def test_a_provider_of_accounts_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    provider = read_environment().oidc
    assert provider is not None
    assert provider.server_url == "https://accounts.northwind.example/realms/shop"
    assert provider.sign_in_origin == "https://accounts.northwind.example"
    monkeypatch.setenv("MAKEGOOD_OIDC_SIGN_IN_URL", "https://login.northwind.example/path")
    other = read_environment().oidc
    assert other is not None
    assert other.sign_in_origin == "https://login.northwind.example"


def test_a_form_may_lead_to_the_provider_and_nowhere_else() -> None:
    told = (
        "from makegood.config.settings import CONTENT_SECURITY_POLICY as policy\n"
        "print(policy['DIRECTIVES']['form-action'])"
    )
    ended = subprocess.run(  # ourselves
        [sys.executable, "-c", told], env={**os.environ, **OIDC}, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[\"'self'\", 'https://accounts.northwind.example']"


@pytest.mark.parametrize("missing", OIDC)
def test_half_a_provider_of_accounts_is_refused(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OIDC.items():
        monkeypatch.setenv(name, "" if name == missing else value)
    assert f"{missing} is not set, and sign-in by OpenID Connect needs it." in refusal()


@pytest.mark.parametrize("name", ["MAKEGOOD_OIDC_SERVER_URL", "MAKEGOOD_OIDC_SIGN_IN_URL"])
def test_a_provider_without_tls_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each, value in OIDC.items():
        monkeypatch.setenv(each, value)
    monkeypatch.setenv(name, "http://accounts.northwind.example")
    assert f"{name} must begin with https://" in refusal()


def test_a_sign_in_page_of_no_provider_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_OIDC_SIGN_IN_URL", "https://login.northwind.example")
    assert "MAKEGOOD_OIDC_SIGN_IN_URL is set, and MAKEGOOD_OIDC_SERVER_URL is not." in refusal()


def test_a_short_secret_of_handover_links_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_HANDOVER_SECRET", "x" * 31)
    assert "MAKEGOOD_HANDOVER_SECRET is shorter than 32 bytes" in refusal()


def test_a_trackers_secret_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_TRACKER_JIRA_SECRET", "x" * 31)
    assert "MAKEGOOD_TRACKER_JIRA_SECRET is shorter than 32 bytes" in refusal()
    monkeypatch.setenv("MAKEGOOD_TRACKER_JIRA_SECRET", "x" * 32)
    assert read_environment().tracker_secrets["jira"] == "x" * 32


@pytest.mark.parametrize("days", ["0", "-1", "251"])
def test_the_days_to_try_a_fix_are_at_least_one_and_at_most_a_year(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("MAKEGOOD_DAYS_TO_TRY_A_FIX", days)
    assert "MAKEGOOD_DAYS_TO_TRY_A_FIX must be from 1 to 250 working days" in refusal()


@pytest.mark.parametrize("minutes", ["0", "61"])
def test_the_time_to_undo_is_at_least_a_minute_and_at_most_an_hour(
    monkeypatch: pytest.MonkeyPatch, minutes: str
) -> None:
    monkeypatch.setenv("MAKEGOOD_BULK_UNDO_MINUTES", minutes)
    assert "MAKEGOOD_BULK_UNDO_MINUTES must be from 1 to 60 minutes" in refusal()
