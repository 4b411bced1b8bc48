"""Requests found by words and filters: what the list of requests shows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.accounts.roles import RIGHTS, Right
from makegood.desk.board import Row, for_lists, row_of, shown_of
from makegood.desk.forms.searching import ME, NOBODY, Choice, SearchForm
from makegood.desk.pages import PAGE, newest_page
from makegood.desk.standing import ground_words
from makegood.orders.models import Product
from makegood.refund_requests import policies
from makegood.refund_requests.queries import requests_seen_by
from makegood.search.asking import Asked, CannotLookFor, understood
from makegood.search.excerpts import excerpts
from makegood.search.finding import best


@dataclass(frozen=True)
class Listed:
    """A page of requests; `next` as for `Page`. `total` None: not counted, for nothing was looked for."""

    rows: Sequence[Row]
    next: str
    total: int | None = None
    is_more: bool = False


def choices() -> dict[str, Sequence[Choice]]:
    """What can be chosen in the filters: three queries."""
    products = Product.objects.order_by("name").values_list("pk", "name")
    examiners = [role for role, rights in RIGHTS.items() if Right.EXAMINE in rights]
    people = User.objects.filter(staff_roles__role__in=examiners).distinct().order_by("name", "pk")
    return {
        "product": [(str(key), name) for key, name in products],
        "holder": [(ME, _("me")), (NOBODY, _("nobody")), *((str(one.pk), str(one)) for one in people)],
        **_choices_of_the_policy(),
    }


def _choices_of_the_policy() -> Mapping[str, Sequence[Choice]]:
    versions = policies.published()
    if not versions:
        return {"ground": [], "clause": []}
    policy = policies.parsed(versions[0])
    return {
        "ground": [(ground.value, ground_words(ground.value)) for ground in policy.grounds],
        "clause": [(clause.number, f"{clause.number} {clause.title}") for clause in policy.clauses],
    }


def query_of(form: SearchForm) -> str:
    """What the form looks for, as an address says it; without what is empty."""
    return urlencode({name: value for name in form.fields if (value := form.data.get(name, "").strip())})


def requests_found(form: SearchForm, user: User, *, after: str, at: datetime) -> Listed:
    """The page after the key `after`; with words, the best first, else the newest. The form is valid.

    What cannot be looked for becomes an error of the form.
    """
    wanted = form.wanted(person=user.pk, at=at)
    if form.cleaned_data["find"]:
        return _by_words(form, wanted, user, after=after, at=at)
    rows = requests_seen_by(user).filter(wanted)
    page = newest_page(for_lists(rows), after)
    return Listed([row_of(row, at=at) for row in page.rows], page.next)


@dataclass(frozen=True)
class Keys:
    """The keys of what is found, in the order of the list; `is_more` where there are more."""

    keys: Sequence[int]
    is_more: bool


def keys_found(form: SearchForm, user: User, *, most: int, at: datetime) -> Keys:
    """All that `requests_found` finds on all its pages, up to `most`, at this moment. The form is valid.

    What cannot be looked for becomes an error of the form.
    """
    rows = requests_seen_by(user).filter(form.wanted(person=user.pk, at=at))
    if form.cleaned_data["find"]:
        asked = _understood(form)
        if asked is None:
            return Keys([], False)
        found = best(rows, asked, after="", size=most)
        return Keys(found.keys, bool(found.next) or found.is_more)
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[: most + 1])
    return Keys(newest[:most], len(newest) > most)


def _understood(form: SearchForm) -> Asked | None:
    try:
        return understood(form.cleaned_data["find"], language=get_language() or "")
    except CannotLookFor as refused:
        form.add_error("find", str(refused))
        return None


def _by_words(form: SearchForm, wanted: Q, user: User, *, after: str, at: datetime) -> Listed:
    asked = _understood(form)
    if asked is None:
        return Listed([], "")
    rows = requests_seen_by(user)
    found = best(rows.filter(wanted), asked, after=after, size=PAGE)
    read = shown_of(found.keys)
    said = excerpts(found.keys, asked) if found.keys else {}
    shown = [
        replace(row_of(read[key], at=at), excerpt=said.get(key, ())) for key in found.keys if key in read
    ]
    return Listed(shown, found.next, found.total, found.is_more)
