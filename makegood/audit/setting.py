"""A setting of this installation, as it may be shown and kept; read before there are models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KEY_OF_THE_MARKS = "MAKEGOOD_SECRET_KEY"
"""By the value of this setting the marks of all secrets are made."""


@dataclass(frozen=True)
class Setting:
    """One setting with the value that it has in this process.

    `value` is what the program works with, empty when that is nothing, and always empty for a secret.
    `given`: the environment says it; otherwise it is the default. `kept` is what tells one value from
    another: the value itself, of a secret a keyed hash of it, empty for one that is not set.
    """

    name: str
    meaning: StrPromise | str
    required: bool
    secret: bool
    given: bool
    value: str
    kept: str

    @property
    def is_set(self) -> bool:
        """Whether there is a value at all."""
        return self.kept != ""
