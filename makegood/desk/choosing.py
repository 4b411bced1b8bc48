"""Which requests somebody chose: rows of a list, or all that a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from makegood.accounts.models import User
from makegood.bulk_actions.previewing import MOST
from makegood.desk.forms.searching import SearchForm
from makegood.desk.searching import choices, keys_found, query_of
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_seen_by

ALL = "all"
LONGEST_KEY = 18


@dataclass(frozen=True)
class Chosen:
    """The requests in their order, up to MOST. `is_all`: all that `query` finds; else rows of a list.

    `query` is what was looked for, as an address says it. `is_more`: it finds more than these.
    """

    requests: Sequence[RefundRequest]
    is_all: bool
    query: str
    is_more: bool

    @property
    def keys(self) -> list[int]:
        """As `previewing.preview` takes them."""
        return [one.pk for one in self.requests]


def chosen_by(told: QueryDict, user: User, *, at: datetime) -> Chosen:
    """What a form says by `chosen` (keys, several), `all` and `query`; a search that is wrong finds none.

    All that a search finds means a search: without words and filters nothing is chosen.
    """
    typed = QueryDict(told.get("query", ""))
    is_all, is_more, keys = told.get(ALL) == "on", False, _keys(told.getlist("chosen"))
    form = SearchForm(typed, choices=choices() if is_all else {})
    query = query_of(form)
    if is_all:
        found = keys_found(form, user, most=MOST, at=at) if query and form.is_valid() else None
        keys, is_more = (list(found.keys), found.is_more) if found else ([], False)
    rows = requests_seen_by(user).in_bulk(keys)
    return Chosen([rows[key] for key in keys if key in rows], is_all, query, is_more)


def _keys(typed: Sequence[str]) -> list[int]:
    numbers = (int(each) for each in typed if each.isascii() and each.isdigit() and len(each) <= LONGEST_KEY)
    return list(dict.fromkeys(numbers))[: MOST + 1]
