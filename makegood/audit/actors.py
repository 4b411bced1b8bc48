"""Who did it: a person with an account, or a part of the system acting by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


class Actor(Protocol):
    """What an event needs to know of who acted; `accounts.User` and `System` both are one."""

    @property
    def pk(self) -> int | None:
        """The account's key; None for the system."""

    @property
    def actor_kind(self) -> str:
        """`member`, `staff` or `system`."""


@dataclass(frozen=True, slots=True)
class System:
    """A part of the system acting by itself: the worker, a schedule, a provider's webhook."""

    part: str
    pk: ClassVar[None] = None
    actor_kind: ClassVar[str] = "system"
