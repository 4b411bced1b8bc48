"""The views that a person of the desk saved: what they look for again and again."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote_plus

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.search.models import SavedView

MOST_VIEWS = 40


class NameTaken(Exception):
    """The person has a view of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("You have a view called “{name}” already. Please choose another name.").format(name=name)
        )


class TooManyViews(Exception):
    """The person has more views than one can find one's way in."""

    def __init__(self) -> None:
        super().__init__(
            _("You have {count} views. Please remove one before you save another.").format(count=MOST_VIEWS)
        )


def views_of(person: User) -> QuerySet[SavedView]:
    """The person's own views, by name."""
    return person.saved_views.order_by("name")


def save_view(*, name: str, query: str, by: User, at: datetime) -> SavedView:
    """Keep what `query` looks for under `name`. Raises NameTaken, TooManyViews."""
    with transaction.atomic():
        # One at a time, so that two tabs together save no more than one would.
        names = set(
            User.objects.select_for_update(no_key=True)
            .get(pk=by.pk)
            .saved_views.values_list("name", flat=True)
        )
        if name in names:
            raise NameTaken(name)
        if len(names) >= MOST_VIEWS:
            raise TooManyViews
        return SavedView.objects.create(person=by, name=name, query=query, saved_at=at)


def forget_views_of(person: User) -> None:
    """Delete the views of an erased person, and those in which others look for their name or address."""
    names = Q(query__icontains=quote_plus(person.email))
    if person.name:
        names |= Q(query__icontains=quote_plus(person.name)) | Q(name__icontains=person.name)
    SavedView.objects.filter(Q(person=person) | names | Q(name__icontains=person.email)).delete()
