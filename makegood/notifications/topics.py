"""Letters that a person can do without, and the signed link that ends them (RFC 8058)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from makegood.accounts.models import User
from makegood.notifications.models import Letter, Topic, Unsubscribed

OPTIONAL = {"trial_ends_soon": Topic.TRIALS, "trial_ended": Topic.TRIALS}
"""Every other kind of letter answers something that the person did, and is owed to them."""

SALT = "makegood.notifications.topics"


class NotOurs(Exception):
    """A link that we did not sign, or of an account that is closed."""


def is_wanted(kind: str, person: User) -> bool:
    """Whether `person` gets letters of this kind."""
    topic = OPTIONAL.get(kind)
    return topic is None or wants(person, topic)


def wants(person: User, topic: Topic) -> bool:
    """Whether `person` gets the letters of `topic`."""
    return not Unsubscribed.objects.filter(person=person, topic=topic).exists()


def unsubscribe(person: User, topic: Topic, *, at: datetime) -> None:
    """No more letters of `topic`; again changes nothing."""
    Unsubscribed.objects.get_or_create(person=person, topic=topic, defaults={"at": at})


def subscribe(person: User, topic: Topic) -> None:
    """Letters of `topic` again."""
    Unsubscribed.objects.filter(person=person, topic=topic).delete()


def link_to_end(kind: str, person: User) -> str:
    """The address that ends letters of this kind without a sign-in; empty for those that are owed."""
    topic = OPTIONAL.get(kind)
    if topic is None:
        return ""
    token = signing.dumps([person.pk, topic.value], salt=SALT)
    return settings.MAKEGOOD_SITE_URL + reverse("members:unsubscribe", args=[token])


def read_link(token: str) -> tuple[User, Topic]:
    """Whose letters of which topic a link ends; it never runs out. Raises NotOurs."""
    try:
        key, topic = signing.loads(token, salt=SALT)
        return User.objects.get(pk=key, is_active=True), Topic(topic)
    except (signing.BadSignature, User.DoesNotExist, TypeError, ValueError) as error:
        raise NotOurs from error


def headers_of(letter: Letter) -> dict[str, str]:
    """What makes a mail program show its own button for it; nothing on letters that are owed."""
    link = link_to_end(letter.kind, letter.recipient)
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
