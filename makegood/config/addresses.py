"""Reads addresses and secrets out of the environment, each refused in one sentence where it is wrong."""

from __future__ import annotations

from urllib.parse import urlsplit

from environs import Env

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BadSetting(SystemExit):
    """A setting is missing, unknown or has a wrong value.

    It ends whatever program was starting, with its one sentence on stderr instead of a traceback.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(f"makegood: {sentence} See docs/settings.md.")


def refuse_unencrypted(name: str, url: str) -> None:
    """What the provider says is believed because TLS brings it; within this machine nobody changes it."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise BadSetting(f"{name} must begin with https://, not “{url}”.")


def address(env: Env, name: str) -> str:
    """The web address in `name`, without the slash at its end; empty when it is not set."""
    text = env.str(name, "").rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise BadSetting(f"{name} must be an address such as https://refunds.vendor.example, not “{text}”.")
    return text


def encrypted_address(env: Env, name: str) -> str:
    """As `address`; `https://` but within this machine."""
    url = address(env, name)
    if url:
        refuse_unencrypted(name, url)
    return url


def begins(env: Env, name: str, beginnings: tuple[str, ...]) -> str:
    """A secret whose kind shows in its beginning; empty when it is not set."""
    secret = env.str(name, "").strip()
    if secret and not secret.startswith(beginnings):
        raise BadSetting(f"{name} must begin with {' or '.join(beginnings)}.")
    return secret
