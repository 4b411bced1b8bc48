"""Reads from the environment how the vendor's shop is connected, for the effects of refunds."""

from __future__ import annotations

from urllib.parse import urlsplit

from environs import Env

from makegood.config.addresses import LOOPBACK
from makegood.effects.shop import Shop
from makegood.effects.signing import BadSecret, key_of

URL, SECRET, TOKEN = "MAKEGOOD_SHOP_WEBHOOK_URL", "MAKEGOOD_SHOP_WEBHOOK_SECRET", "MAKEGOOD_SHOP_TOKEN"
MOST = 2  # the new one and the old one, while one is changed
SHORTEST_TOKEN = 32


class BadShop(ValueError):
    """A setting of the shop is wrong, in a sentence."""


def read_shop(env: Env) -> Shop:
    """How the shop is connected. Raises BadShop."""
    url, secrets, tokens = env.str(URL, "").strip(), env.str(SECRET, "").split(), env.str(TOKEN, "").split()
    if url:
        _check_url(url)
    if bool(url) != bool(secrets):
        missing, given = (SECRET, URL) if url else (URL, SECRET)
        raise BadShop(f"{given} is set, and {missing} is not.")
    for name, given_ in ((SECRET, secrets), (TOKEN, tokens)):
        if len(given_) > MOST:
            raise BadShop(f"{name} may hold a new one and an old one, and no more.")
    for secret in secrets:
        _check_secret(secret)
    if any(len(token) < SHORTEST_TOKEN for token in tokens):
        raise BadShop(f"{TOKEN} is shorter than {SHORTEST_TOKEN} characters, so it could be guessed.")
    if any(not token.isascii() for token in tokens):
        raise BadShop(f"{TOKEN} may hold letters, digits and signs of ASCII only.")
    return Shop(url=url, secrets=tuple(secrets), tokens=tuple(tokens))


def _check_url(url: str) -> None:
    """Over TLS, or to this machine itself; and no password in what pages and logs show."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:  # brackets that do not match, a port that is no number
        raise BadShop(f"{URL} must be an address such as https://shop.example/effects.") from None
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.fragment:
        raise BadShop(f"{URL} must be an address such as https://shop.example/effects.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadShop(f"{URL} must begin with https://, not “{url}”.")


def _check_secret(secret: str) -> None:
    try:
        key_of(secret)
    except BadSecret as bad:
        raise BadShop(f"{SECRET} {bad}.") from None
