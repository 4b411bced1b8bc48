"""Pages of long lists, found by the last row seen, so that page 1,000 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

PAGE = 25


@dataclass(frozen=True)
class Page:
    """Some rows; `next` is the key after which the next page begins, empty on the last."""

    rows: Sequence[Any]
    next: str


def newest_page(rows: QuerySet[Any], before: str, *, size: int = PAGE) -> Page:
    """The newest rows with a key below `before`; from the newest on when it is no key."""
    key = _key(before)
    wanted = rows if key is None else rows.filter(pk__lt=key)
    return _page(list(wanted.order_by("-pk")[: size + 1]), size)


def older_page(rows: QuerySet[Any], after: str, *, size: int = PAGE) -> Page:
    """The oldest rows with a key above `after`; from the oldest on when it is no key."""
    key = _key(after)
    wanted = rows if key is None else rows.filter(pk__gt=key)
    return _page(list(wanted.order_by("pk")[: size + 1]), size)


def _page(found: list[Any], size: int) -> Page:
    shown = found[:size]
    return Page(shown, str(shown[-1].pk) if len(found) > size else "")


def _key(text: str) -> int | None:
    # 18 digits always fit a bigint.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
