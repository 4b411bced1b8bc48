"""References that people can read out: R-7K3M-20."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O or U, so nothing is misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A random reference; the caller's unique constraint catches the rare repetition."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"R-{letters[:4]}-{letters[4:]}"
