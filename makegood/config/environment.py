"""Reads the environment into one typed record; every setting stands in the table of docs/settings.md."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from environs import Env, EnvError
from holidays import list_supported_countries

from makegood.config import mail_addresses, payment_providers
from makegood.config.addresses import (
    BadSetting,
    address,
    begins,
    encrypted_address,
    refuse_unencrypted,
)
from makegood.config.bank_account import NAMES as SEPA
from makegood.config.bank_account import BankAccount, bank_account, what_is_wrong
from makegood.config.shop import BadShop, read_shop
from makegood.effects.shop import Shop

PREFIX = "MAKEGOOD_"
REQUIRED = (
    "DATABASE_URL",
    "MAKEGOOD_ALLOWED_HOSTS",
    "MAKEGOOD_DATA_DIR",
    "MAKEGOOD_EMAIL_FROM",
    "MAKEGOOD_EMAIL_URL",
    "MAKEGOOD_SECRET_KEY",
    "MAKEGOOD_SITE_URL",
    "MAKEGOOD_VENDOR",
)
OPTIONAL = (
    *payment_providers.SETTINGS,
    "MAKEGOOD_BEHIND_PROXY",
    "MAKEGOOD_BULK_UNDO_MINUTES",
    "MAKEGOOD_CREDIT_NOTE_SERIES",
    "MAKEGOOD_DAYS_TO_TRY_A_FIX",
    "MAKEGOOD_DEBUG",
    "MAKEGOOD_DEMO",
    "MAKEGOOD_DESK_COUNTRY",
    "MAKEGOOD_DESK_ZONE",
    "MAKEGOOD_EMAIL_BOUNCES",
    "MAKEGOOD_HANDOVER_SECRET",
    "MAKEGOOD_IMAP_URL",
    "MAKEGOOD_JSON_LOGS",
    "MAKEGOOD_LOG_LEVEL",
    "MAKEGOOD_OIDC_CLIENT_ID",
    "MAKEGOOD_OIDC_NAME",
    "MAKEGOOD_OIDC_SECRET",
    "MAKEGOOD_OIDC_SERVER_URL",
    "MAKEGOOD_OIDC_SIGN_IN_URL",
    "MAKEGOOD_SANDBOX_SECRET",
    "MAKEGOOD_SANDBOX_URL",
    "MAKEGOOD_SANDBOX_WEBHOOK_SECRET",
    "MAKEGOOD_SELLER_ADDRESS",
    "MAKEGOOD_SELLER_NAME",
    "MAKEGOOD_SELLER_TAX_NUMBER",
    "MAKEGOOD_SEND_FILES",
    "MAKEGOOD_STRIPE_SECRET",
    "MAKEGOOD_STRIPE_URL",
    "MAKEGOOD_STRIPE_WEBHOOK_SECRET",
    *SEPA,
    "MAKEGOOD_SHOP_TOKEN",
    "MAKEGOOD_SHOP_WEBHOOK_SECRET",
    "MAKEGOOD_SHOP_WEBHOOK_URL",
    "MAKEGOOD_TRACKER_GITHUB_SECRET",
    "MAKEGOOD_TRACKER_GITLAB_SECRET",
    "MAKEGOOD_TRACKER_JIRA_SECRET",
    "MAKEGOOD_TRUSTED_ORIGINS",
    "MAKEGOOD_WORK_IN_PROGRESS",
)
KNOWN = frozenset(REQUIRED + OPTIONAL)
SERIES = re.compile(r"[A-Z0-9]{1,10}")
OIDC = (
    "MAKEGOOD_OIDC_SERVER_URL",
    "MAKEGOOD_OIDC_CLIENT_ID",
    "MAKEGOOD_OIDC_SECRET",
    "MAKEGOOD_OIDC_NAME",
)
ASKED_BEFORE_PLANNED = 2
"""So often a connection asks the same before it keeps the plan."""
WORK_IN_PROGRESS = 5
SHORTEST_HANDOVER_SECRET = 32  # of HMAC-SHA256 (RFC 7518, section 3.2)
LONGEST_TO_TRY_A_FIX = 250  # about a year
LONGEST_TO_UNDO = 60
TRACKERS = ("github", "gitlab", "jira")
HASHED_STATIC = "makegood.config.static.HashedStatic"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


@dataclass(frozen=True)
class OidcProvider:
    """Where the vendor's customers have accounts already (OpenID Connect).

    `server_url` is the issuer; `sign_in_origin` is where its sign-in page is: browsers follow a form there.
    """

    name: str
    server_url: str
    sign_in_origin: str
    client_id: str
    secret: str


@dataclass(frozen=True)
class Environment:
    """The settings of this installation."""

    demo: bool
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    trusted_origins: list[str]
    behind_proxy: bool
    database: dict[str, Any]
    data_dir: Path
    vendor: str
    seller_name: str
    seller_address: list[str]
    seller_tax_number: str
    credit_note_series: str
    site_url: str
    desk_zone: str
    desk_country: str
    days_to_try_a_fix: int
    bulk_undo_minutes: int
    handover_secret: str
    oidc: OidcProvider | None
    paypal: payment_providers.PayPal
    twocheckout: payment_providers.TwoCheckout
    sandbox_url: str
    sandbox_secret: str
    sandbox_webhook_secret: str
    stripe_url: str
    stripe_secret: str
    stripe_webhook_secret: str
    sepa: BankAccount
    tracker_secrets: dict[str, str]
    shop: Shop
    email: dict[str, Any]
    email_from: str
    email_bounces: str
    imap: str
    send_files: str
    work_in_progress: int
    json_logs: bool
    log_level: str
    static_storage: str


def read_environment() -> Environment:
    """The settings of this process. Raises BadSetting."""
    _refuse_unknown(os.environ)
    _refuse_missing(os.environ)
    try:
        return _read(Env())
    except EnvError as error:
        raise BadSetting(_sentence(error)) from None


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadSetting(f"{name} is not a setting.{meant}")


def _refuse_missing(given: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED if not given.get(name, "").strip()]
    if missing:
        *others, last = missing
        names = f"{', '.join(others)} and {last} are" if others else f"{last} is"
        raise BadSetting(f"{names} not set.")


def _read(env: Env) -> Environment:
    demo = env.bool("MAKEGOOD_DEMO", False)
    debug = env.bool("MAKEGOOD_DEBUG", False)
    site_url = address(env, "MAKEGOOD_SITE_URL")
    return Environment(
        demo=demo,
        debug=debug,
        secret_key=env.str("MAKEGOOD_SECRET_KEY"),
        allowed_hosts=env.list("MAKEGOOD_ALLOWED_HOSTS"),
        trusted_origins=env.list("MAKEGOOD_TRUSTED_ORIGINS", [site_url]),
        behind_proxy=env.bool("MAKEGOOD_BEHIND_PROXY", False),
        database=_database(env),
        data_dir=env.path("MAKEGOOD_DATA_DIR").absolute(),
        vendor=env.str("MAKEGOOD_VENDOR"),
        seller_name=env.str("MAKEGOOD_SELLER_NAME", "") or env.str("MAKEGOOD_VENDOR"),
        seller_address=_lines(env.str("MAKEGOOD_SELLER_ADDRESS", "")),
        seller_tax_number=env.str("MAKEGOOD_SELLER_TAX_NUMBER", "").strip(),
        credit_note_series=_series(env.str("MAKEGOOD_CREDIT_NOTE_SERIES", "CN")),
        site_url=site_url,
        desk_zone=_zone(env.str("MAKEGOOD_DESK_ZONE", "UTC")),
        desk_country=_country(env.str("MAKEGOOD_DESK_COUNTRY", "US")),
        days_to_try_a_fix=_days_to_try_a_fix(env),
        bulk_undo_minutes=_bulk_undo_minutes(env.int("MAKEGOOD_BULK_UNDO_MINUTES", 2)),
        handover_secret=_handover_secret(env),
        oidc=_oidc(env),
        paypal=payment_providers.paypal(env),
        twocheckout=payment_providers.twocheckout(env),
        sandbox_url=address(env, "MAKEGOOD_SANDBOX_URL"),
        sandbox_secret=env.str("MAKEGOOD_SANDBOX_SECRET", ""),
        sandbox_webhook_secret=env.str("MAKEGOOD_SANDBOX_WEBHOOK_SECRET", ""),
        stripe_url=encrypted_address(env, "MAKEGOOD_STRIPE_URL"),
        stripe_secret=begins(env, "MAKEGOOD_STRIPE_SECRET", ("rk_", "sk_")),
        stripe_webhook_secret=begins(env, "MAKEGOOD_STRIPE_WEBHOOK_SECRET", ("whsec_",)),
        sepa=_sepa(env),
        tracker_secrets=_tracker_secrets(env),
        shop=_shop(env),
        email=mail_addresses.email(env),
        email_from=env.str("MAKEGOOD_EMAIL_FROM"),
        email_bounces=mail_addresses.bounces(env.str("MAKEGOOD_EMAIL_BOUNCES", "")),
        imap=mail_addresses.imap(env.str("MAKEGOOD_IMAP_URL", "")),
        send_files=_send_files(env.str("MAKEGOOD_SEND_FILES", "")),
        work_in_progress=_work_in_progress(env.int("MAKEGOOD_WORK_IN_PROGRESS", WORK_IN_PROGRESS)),
        json_logs=env.bool("MAKEGOOD_JSON_LOGS", not demo),
        log_level=logging.getLevelName(env.log_level("MAKEGOOD_LOG_LEVEL", logging.INFO)),
        static_storage=PLAIN_STATIC if debug else HASHED_STATIC,
    )


def _database(env: Env) -> dict[str, Any]:
    if not env.str("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        raise BadSetting(
            "DATABASE_URL must begin with postgresql://, for example postgresql://user@host/makegood."
        )
    try:
        database = dict(env.dj_db_url("DATABASE_URL", conn_max_age=600, conn_health_checks=True))
    except EnvError:
        # The library's own message may repeat the address, and with it the password.
        raise BadSetting(
            "DATABASE_URL is not a database address such as postgresql://user@host/makegood."
        ) from None
    if not database["NAME"]:
        raise BadSetting("DATABASE_URL names no database; it ends in /NAME, for example …/makegood.")
    # What made_once.py asks is planned by PostgreSQL once in a connection; Django's own cursors never are.
    database.setdefault("OPTIONS", {})["prepare_threshold"] = ASKED_BEFORE_PLANNED
    return database


def _work_in_progress(requests: int) -> int:
    if requests < 1:
        raise BadSetting("MAKEGOOD_WORK_IN_PROGRESS must be 1 or more, or nobody could take a request.")
    return requests


def _send_files(way: str) -> str:
    if way and way != "x-sendfile" and not re.fullmatch(r"x-accel:/[\w./-]*/", way):
        raise BadSetting(f"MAKEGOOD_SEND_FILES must be x-sendfile or x-accel:/FOLDER/, not “{way}”.")
    return way


def _days_to_try_a_fix(env: Env) -> int:
    days = env.int("MAKEGOOD_DAYS_TO_TRY_A_FIX", 10)
    if not 1 <= days <= LONGEST_TO_TRY_A_FIX:
        raise BadSetting(
            f"MAKEGOOD_DAYS_TO_TRY_A_FIX must be from 1 to {LONGEST_TO_TRY_A_FIX} working days, not {days}."
        )
    return days


def _bulk_undo_minutes(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST_TO_UNDO:
        raise BadSetting(
            f"MAKEGOOD_BULK_UNDO_MINUTES must be from 1 to {LONGEST_TO_UNDO} minutes, not {minutes}."
        )
    return minutes


def _lines(address: str) -> list[str]:
    return [line.strip() for line in address.split(";") if line.strip()]


def _series(code: str) -> str:
    if not SERIES.fullmatch(code):
        raise BadSetting("MAKEGOOD_CREDIT_NOTE_SERIES must be 1 to 10 capital letters or digits, such as CN.")
    return code


def _handover_secret(env: Env) -> str:
    secret = env.str("MAKEGOOD_HANDOVER_SECRET", "")
    if secret and len(secret.encode()) < SHORTEST_HANDOVER_SECRET:
        raise BadSetting(
            f"MAKEGOOD_HANDOVER_SECRET is shorter than {SHORTEST_HANDOVER_SECRET} bytes, "
            "so links could be forged."
        )
    return secret


def _tracker_secrets(env: Env) -> dict[str, str]:
    """By tracker, what its webhooks are signed with; only those that are set."""
    secrets = {}
    for tracker in TRACKERS:
        name = f"MAKEGOOD_TRACKER_{tracker.upper()}_SECRET"
        secret = env.str(name, "").strip()
        if secret and len(secret.encode()) < SHORTEST_HANDOVER_SECRET:
            raise BadSetting(
                f"{name} is shorter than {SHORTEST_HANDOVER_SECRET} bytes, so deliveries could be forged."
            )
        if secret:
            secrets[tracker] = secret
    return secrets


def _sepa(env: Env) -> BankAccount:
    account = bank_account(*(env.str(name, "") for name in SEPA))
    if wrong := what_is_wrong(account):
        raise BadSetting(wrong)
    return account


def _shop(env: Env) -> Shop:
    try:
        return read_shop(env)
    except BadShop as bad:
        raise BadSetting(str(bad)) from None


def _oidc(env: Env) -> OidcProvider | None:
    given = {name: env.str(name, "").strip() for name in OIDC}
    missing = [name for name in OIDC if not given[name]]
    if len(missing) == len(OIDC):
        if env.str("MAKEGOOD_OIDC_SIGN_IN_URL", ""):
            raise BadSetting("MAKEGOOD_OIDC_SIGN_IN_URL is set, and MAKEGOOD_OIDC_SERVER_URL is not.")
        return None
    if missing:
        raise BadSetting(f"{missing[0]} is not set, and sign-in by OpenID Connect needs it.")
    server = address(env, "MAKEGOOD_OIDC_SERVER_URL")
    sign_in = address(env, "MAKEGOOD_OIDC_SIGN_IN_URL") or server
    for name, url in (("MAKEGOOD_OIDC_SERVER_URL", server), ("MAKEGOOD_OIDC_SIGN_IN_URL", sign_in)):
        refuse_unencrypted(name, url)
    parts = urlsplit(sign_in)
    return OidcProvider(
        name=given["MAKEGOOD_OIDC_NAME"],
        server_url=server,
        sign_in_origin=f"{parts.scheme}://{parts.netloc}",
        client_id=given["MAKEGOOD_OIDC_CLIENT_ID"],
        secret=given["MAKEGOOD_OIDC_SECRET"],
    )


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, LookupError, OSError):
        raise BadSetting(
            f"MAKEGOOD_DESK_ZONE is “{name}”, which is no time zone such as Europe/Kyiv."
        ) from None


def _sentence(error: EnvError) -> str:
    """What the library says of one variable, as a sentence of ours."""
    text = str(error).removeprefix("Environment variable ")
    return text.replace('"', "").replace(" invalid: ['", " is wrong: ").replace(" invalid: ", " is wrong: ")


def _country(code: str) -> str:
    if code not in list_supported_countries(include_aliases=False):
        raise BadSetting(f"MAKEGOOD_DESK_COUNTRY is “{code}”, which is no country code such as US or UA.")
    return code
