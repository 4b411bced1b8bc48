"""Links by which the vendor's own members area sends somebody in: signed, short-lived, good for once.

A link carries a JSON web token (RFC 7519), signed with HMAC-SHA256 by the secret that both sides share. Its
claims: `email` and `name` of the person, `aud` (`AUDIENCE`), `exp` (at most `LONGEST` ahead), `jti` (random,
never again), and if wished `next`, the page to open, a path of this site.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import UsedHandover, User
from makegood.accounts.proving import prove_address
from makegood.audit.actions import Action
from makegood.audit.recording import record

AUDIENCE = "makegood"
ALGORITHM = "HS256"
LONGEST = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=30)
SHORTEST_JTI, LONGEST_JTI = 8, 64
LONGEST_ADDRESS = 254
CLAIMS = ("aud", "email", "exp", "jti", "name")


class LinkRefused(Exception):
    """The link does not let anybody in; the message says why, for the person who followed it."""

    sentence: Promise = _("This link is damaged, or it is not from us. Please sign in below.")

    def __init__(self) -> None:
        super().__init__(str(self.sentence))


class LinkExpired(LinkRefused):
    """Its five minutes are over."""

    sentence = _(
        "This link is too old; it works for a few minutes only. Go back and open it again, or sign in below."
    )


class LinkUsed(LinkRefused):
    """Somebody came in by it before."""

    sentence = _("This link was used already; it works once. Go back and open it again, or sign in below.")


class NotByLink(LinkRefused):
    """The account works at the desk, or is closed."""

    sentence = _("This account cannot be opened by a link. Please sign in below.")


@dataclass(frozen=True)
class Handover:
    """Who is sent in, and to which page (a path of this site; empty: the first one)."""

    link: str
    email: str
    name: str
    page: str


def write_link(
    *, email: str, name: str, secret: str, at: datetime, page: str = "", lasts: timedelta = LONGEST
) -> str:
    """The token for somebody, as the shop would write it."""
    claims = {
        "aud": AUDIENCE,
        "email": email,
        "name": name,
        "exp": int((at + lasts).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims | ({"next": page} if page else {}), secret, algorithm=ALGORITHM)


def read_link(token: str, *, secret: str, at: datetime) -> Handover:
    """What the token says. Raises LinkExpired, LinkRefused; whether it was used is known only by `let_in`."""
    claims = _verified(token, secret)
    ends = claims["exp"]
    if not isinstance(ends, int | float) or ends > (at + LONGEST + CLOCKS_DIFFER).timestamp():
        raise LinkRefused
    if ends <= (at - CLOCKS_DIFFER).timestamp():
        raise LinkExpired
    link, email, name, page = (_text(claims.get(claim, "")) for claim in ("jti", "email", "name", "next"))
    if not SHORTEST_JTI <= len(link) <= LONGEST_JTI or not _is_address(email):
        raise LinkRefused
    return Handover(link=link, email=email, name=name.strip()[:120], page=_own_page(page))


def _verified(token: str, secret: str) -> dict[str, object]:
    if not secret:
        raise LinkRefused
    try:
        # Its own reading of the clock is off: `at` is the time, and expiry has a sentence of its own.
        claims: dict[str, object] = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": list(CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise LinkRefused from None
    return claims


def _text(claim: object) -> str:
    # PostgreSQL knows no text with a NUL.
    if not isinstance(claim, str) or "\0" in claim:
        raise LinkRefused
    return claim


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST_ADDRESS


def _own_page(page: str) -> str:
    """`page` when it is a path of this site, else nothing: a link must not lead anywhere else."""
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else ""


def let_in(handover: Handover, *, at: datetime) -> User:
    """The person, made when new, with the address proved; the link is used up. Raises LinkUsed, NotByLink."""
    with transaction.atomic():
        user = _person(handover)
        try:
            with transaction.atomic():
                UsedHandover.objects.create(link=handover.link, user=user, at=at)
        except IntegrityError:
            raise LinkUsed from None
        prove_address(user, at=at)
        record(Action.CAME_BY_HANDOVER, subject=user, by=user, at=at)
    return user


def _person(handover: Handover) -> User:
    """Whom the link names, locked as erasing locks them; made when new. Raises NotByLink."""
    user = _found(handover)
    if user is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(handover.email, name=handover.name)
        except IntegrityError:
            # Another link of the same person made the account in this moment.
            user = _found(handover)
            if user is None:
                raise
    # What staff may do is not for the sign-in of another system to say.
    if user.is_staff or not user.is_active:
        raise NotByLink
    return user


def _found(handover: Handover) -> User | None:
    people = User.objects.select_for_update(no_key=True)
    proved = EmailAddress.objects.filter(email__iexact=handover.email, verified=True).first()
    if proved:
        return people.filter(pk=proved.user_id).first()
    return people.filter(email__iexact=handover.email).first()
