"""Values whose fields are made only when somebody looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self


class Later:
    """Base of a frozen dataclass with slots whose fields may be made later.

    `later(case)` makes one whose every field is the attribute of the same name of `case`, read at the first
    look and kept. Compared, copied, pickled or written out it is like any other of its class: all fields are
    made then, and only they are taken along.
    """

    __slots__ = ("_case",)

    @classmethod
    def later(cls, case: object) -> Self:
        """Return an instance whose fields `case` tells when they are looked at."""
        made = cls.__new__(cls)
        object.__setattr__(made, "_case", case)
        return made

    if not TYPE_CHECKING:  # a type checker must go on to refuse attributes that are no fields

        def __getattr__(self, name: str) -> Any:
            if name not in type(self).__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")
            value = getattr(object.__getattribute__(self, "_case"), name)
            object.__setattr__(self, name, value)
            return value
