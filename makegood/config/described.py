"""Every setting with its meaning in words; docs/settings.md says the same and more (a test joins them)."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from makegood.audit.setting import Setting
from makegood.config.environment import REQUIRED, Environment

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MEANINGS: dict[str, StrPromise] = {
    "DATABASE_URL": _("The PostgreSQL database"),
    "MAKEGOOD_ALLOWED_HOSTS": _("Host names the pages are served under"),
    "MAKEGOOD_DATA_DIR": _("Folder of evidence, of files on their way and of collected static files"),
    "MAKEGOOD_EMAIL_FROM": _("Sender of the letters"),
    "MAKEGOOD_EMAIL_URL": _("Where letters go"),
    "MAKEGOOD_SECRET_KEY": _("Signs sessions and links"),
    "MAKEGOOD_SITE_URL": _("The address people use"),
    "MAKEGOOD_VENDOR": _("The vendor's name, on every page and letter"),
    "MAKEGOOD_2CHECKOUT_MERCHANT_CODE": _("By which 2Checkout knows this desk"),
    "MAKEGOOD_2CHECKOUT_REASON": _("The reason that 2Checkout is told for each refund"),
    "MAKEGOOD_2CHECKOUT_SECRET": _("Key of 2Checkout"),
    "MAKEGOOD_2CHECKOUT_URL": _("Address of 2Checkout"),
    "MAKEGOOD_BEHIND_PROXY": _("A proxy of yours ends TLS"),
    "MAKEGOOD_BULK_UNDO_MINUTES": _(
        "For how many minutes what was confirmed for many requests at once waits and can be undone"
    ),
    "MAKEGOOD_CREDIT_NOTE_SERIES": _("What the numbers of credit notes begin with"),
    "MAKEGOOD_DAYS_TO_TRY_A_FIX": _(
        "Working days that a customer has to try the version that fixes their defect"
    ),
    "MAKEGOOD_DEBUG": _("Pages of errors show source and settings"),
    "MAKEGOOD_DEMO": _("The demo"),
    "MAKEGOOD_DESK_COUNTRY": _("Country whose weekend and holidays are free in the first calendar"),
    "MAKEGOOD_DESK_ZONE": _("Time zone of the desk"),
    "MAKEGOOD_EMAIL_BOUNCES": _("Address that letters which did not arrive are reported to"),
    "MAKEGOOD_HANDOVER_SECRET": _("Signs the links by which your own members area sends its customers in"),
    "MAKEGOOD_IMAP_URL": _("Mailbox whose new mail is read every minute"),
    "MAKEGOOD_JSON_LOGS": _("Logs have one JSON object a line, instead of lines for people"),
    "MAKEGOOD_LOG_LEVEL": _("How much is logged"),
    "MAKEGOOD_OIDC_CLIENT_ID": _("By which your provider of accounts (OpenID Connect) knows this desk"),
    "MAKEGOOD_OIDC_NAME": _("What the button on the sign-in page calls your provider of accounts"),
    "MAKEGOOD_OIDC_SECRET": _("The secret that your provider of accounts gave for the client"),
    "MAKEGOOD_OIDC_SERVER_URL": _("The issuer of your provider of accounts"),
    "MAKEGOOD_OIDC_SIGN_IN_URL": _("Where the sign-in page of your provider of accounts is"),
    "MAKEGOOD_PAYPAL_CLIENT_ID": _("By which PayPal knows this desk"),
    "MAKEGOOD_PAYPAL_SECRET": _("Key of PayPal"),
    "MAKEGOOD_PAYPAL_URL": _("Address of PayPal"),
    "MAKEGOOD_PAYPAL_WEBHOOK_ID": _("The webhook at PayPal whose messages are heard"),
    "MAKEGOOD_SANDBOX_SECRET": _("Key of the sandbox payment provider"),
    "MAKEGOOD_SANDBOX_URL": _("Address of the sandbox payment provider"),
    "MAKEGOOD_SANDBOX_WEBHOOK_SECRET": _("Signs what the sandbox payment provider tells us"),
    "MAKEGOOD_SELLER_ADDRESS": _("The seller's address on credit notes"),
    "MAKEGOOD_SELLER_NAME": _("The seller's name on credit notes"),
    "MAKEGOOD_SELLER_TAX_NUMBER": _("The seller's tax number on credit notes"),
    "MAKEGOOD_SEND_FILES": _("Who sends the bytes of a download"),
    "MAKEGOOD_SEPA_BIC": _("The BIC of the bank that refunds by SEPA transfer are paid from"),
    "MAKEGOOD_SEPA_IBAN": _("The IBAN that refunds by SEPA transfer are paid from"),
    "MAKEGOOD_SEPA_NAME": _("Holder of the bank account that refunds by SEPA transfer are paid from"),
    "MAKEGOOD_SHOP_TOKEN": _("With it your shop asks what a refund changes there, and confirms it"),
    "MAKEGOOD_SHOP_WEBHOOK_SECRET": _("Signs what your shop is told"),
    "MAKEGOOD_SHOP_WEBHOOK_URL": _("Where your shop is told what a refund changes there"),
    "MAKEGOOD_STRIPE_SECRET": _("Key of your Stripe account"),
    "MAKEGOOD_STRIPE_URL": _("Where Stripe listens"),
    "MAKEGOOD_STRIPE_WEBHOOK_SECRET": _("Signs what Stripe tells us"),
    "MAKEGOOD_TRACKER_GITHUB_SECRET": _("Signs what GitHub tells about issues that defects are linked to"),
    "MAKEGOOD_TRACKER_GITLAB_SECRET": _("Signs what GitLab tells about issues that defects are linked to"),
    "MAKEGOOD_TRACKER_JIRA_SECRET": _("Signs what Jira tells about issues that defects are linked to"),
    "MAKEGOOD_TRUSTED_ORIGINS": _("Origins whose forms are accepted"),
    "MAKEGOOD_WORK_IN_PROGRESS": _("How many requests one person may examine at once"),
}
"""By name, in the order of docs/settings.md: the needed ones first."""

SECRETS = frozenset(
    {
        "DATABASE_URL",  # these addresses hold a password
        "MAKEGOOD_EMAIL_URL",
        "MAKEGOOD_IMAP_URL",
        "MAKEGOOD_SECRET_KEY",
        "MAKEGOOD_HANDOVER_SECRET",
        "MAKEGOOD_OIDC_SECRET",
        "MAKEGOOD_2CHECKOUT_SECRET",
        "MAKEGOOD_PAYPAL_SECRET",
        "MAKEGOOD_SANDBOX_SECRET",
        "MAKEGOOD_SANDBOX_WEBHOOK_SECRET",
        "MAKEGOOD_STRIPE_SECRET",
        "MAKEGOOD_STRIPE_WEBHOOK_SECRET",
        "MAKEGOOD_SHOP_TOKEN",
        "MAKEGOOD_SHOP_WEBHOOK_SECRET",
        "MAKEGOOD_TRACKER_GITHUB_SECRET",
        "MAKEGOOD_TRACKER_GITLAB_SECRET",
        "MAKEGOOD_TRACKER_JIRA_SECRET",
    }
)
"""Never shown, nor kept: whoever reads the page or the database learns only that one is set, or changed."""

_ELSEWHERE = {
    "MAKEGOOD_2CHECKOUT_MERCHANT_CODE": "twocheckout.merchant_code",
    "MAKEGOOD_2CHECKOUT_REASON": "twocheckout.reason",
    "MAKEGOOD_2CHECKOUT_URL": "twocheckout.url",
    "MAKEGOOD_OIDC_CLIENT_ID": "oidc.client_id",
    "MAKEGOOD_OIDC_NAME": "oidc.name",
    "MAKEGOOD_OIDC_SERVER_URL": "oidc.server_url",
    "MAKEGOOD_OIDC_SIGN_IN_URL": "oidc.sign_in_origin",
    "MAKEGOOD_SEPA_BIC": "sepa.bic",
    "MAKEGOOD_SEPA_IBAN": "sepa.iban",
    "MAKEGOOD_SEPA_NAME": "sepa.name",
    "MAKEGOOD_SHOP_WEBHOOK_URL": "shop.url",
    "MAKEGOOD_PAYPAL_CLIENT_ID": "paypal.client_id",
    "MAKEGOOD_PAYPAL_URL": "paypal.url",
    "MAKEGOOD_PAYPAL_WEBHOOK_ID": "paypal.webhook_id",
}
"""The other values stand in Environment under the name of the setting."""


def described(environment: Environment) -> tuple[Setting, ...]:
    """All settings of this process, with the values of `environment`."""
    return tuple(_setting(name, environment) for name in MEANINGS)


def _setting(name: str, environment: Environment) -> Setting:
    secret = name in SECRETS
    given = os.environ.get(name, "").strip()
    value = "" if secret else _written(_value(name, environment))
    return Setting(
        name=name,
        meaning=MEANINGS[name],
        required=name in REQUIRED,
        secret=secret,
        given=bool(given),
        value=value,
        kept=_mark(name, given, key=environment.secret_key) if secret else value,
    )


def _value(name: str, environment: Environment) -> object:
    path = _ELSEWHERE.get(name, name.removeprefix("MAKEGOOD_").lower())
    return "" if path.startswith("oidc.") and environment.oidc is None else attrgetter(path)(environment)


def _written(value: object) -> str:
    """As it would stand in the environment."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        ", ".join(map(str, value))
        if isinstance(value, Iterable) and not isinstance(value, str)
        else str(value)
    )


def _mark(name: str, secret: str, *, key: str) -> str:
    """Tells one value of `secret` from another; without `key` nobody can try out what it may be."""
    if not secret:
        return ""
    return hmac.new(key.encode(), f"makegood.setting {name}={secret}".encode(), sha256).hexdigest()
