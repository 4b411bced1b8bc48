"""Reads out of the environment where letters go, and where those come back that did not arrive."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from environs import Env

from makegood.config.addresses import BadSetting

BOUNCES = re.compile(r"[A-Za-z0-9._-]{1,24}")
MAIL_SCHEMES = frozenset({"submission", "smtp", "file", "console", "memory"})


def email(env: Env) -> dict[str, Any]:
    """Django's settings of where letters go. Raises BadSetting."""
    scheme = urlsplit(env.str("MAKEGOOD_EMAIL_URL")).scheme
    if scheme not in MAIL_SCHEMES:
        raise BadSetting(
            "MAKEGOOD_EMAIL_URL must begin with submission://, smtp://, file:, console: or memory:, "
            "for example submission://user:password@mail.example:587."
        )
    email = dict(env.dj_email_url("MAKEGOOD_EMAIL_URL"))
    if scheme in {"submission", "smtp"} and not email["EMAIL_HOST"]:
        raise BadSetting("MAKEGOOD_EMAIL_URL names no mail server.")
    return email


def bounces(address: str) -> str:
    """The address that bounces come to; with the letter's number put in, it must stay below 64 octets."""
    local, at, domain = address.partition("@")
    if address and not (at and domain and BOUNCES.fullmatch(local)):
        raise BadSetting(
            f"MAKEGOOD_EMAIL_BOUNCES must be an address such as bounces@vendor.example, not “{address}”."
        )
    return address


def imap(url: str) -> str:
    """The mailbox that is read, if it can be one. Raises BadSetting."""
    if url and not _is_mailbox(url):
        # Not with its value: that holds the password.
        raise BadSetting("MAKEGOOD_IMAP_URL must be such as imaps://user:password@mail.example/INBOX.")
    return url


def _is_mailbox(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.hostname and parts.username and parts.password
        return parts.scheme == "imaps" and bool(named) and parts.port != 0
    except ValueError:  # brackets that do not match, a port that is no number
        return False
