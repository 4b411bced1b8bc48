"""People: one account each, with staff roles where they work at the desk."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from makegood.accounts import guarding
from makegood.accounts.roles import RIGHTS, ROLE_NAMES, Right, Role
from makegood.money import Money

ERASED_ADDRESS = "@erased.invalid"
"""A domain that nobody can ever have (RFC 6761, section 6.4); the address that was erased is free again."""


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this e-mail address. Raises User.DoesNotExist."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A new person; without a password they can sign in only after a reset."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account: a member, and staff when they hold a role.

    `erased_at`: the person had the account erased; what is left of it only ties records of money together.
    `closed_by`: the owner who closed the account; None while it is open, and for one that was erased.
    """

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=12, blank=True)  # empty until they sign in or choose
    time_zone = models.CharField(max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_its_case"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(is_active=False, name="", email__endswith=ERASED_ADDRESS),
                name="user_erased_has_no_name",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_by__isnull=True)
                | (models.Q(is_active=False) & ~models.Q(closed_by=models.F("id"))),
                name="user_closed_by_somebody_else",
            ),
        ]
        triggers = [guarding.last_owner_stays_open()]

    def __str__(self) -> str:
        return self.name or (_("an erased account") if self.erased_at else self.email)

    @property
    def first_name(self) -> str:
        """How letters and colleagues address this person."""
        return self.name.split(" ")[0] if self.name else self.email

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The staff roles held now; empty for a member."""
        return frozenset(Role(role) for role in self.staff_roles.values_list("role", flat=True))

    @property
    def role_names(self) -> str:
        """The roles in words, for the header of the desk."""
        return ", ".join(str(ROLE_NAMES[role]) for role in Role if role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether this person works at the desk."""
        return bool(self.roles)

    @property
    def actor_kind(self) -> str:
        """`staff` or `member`, as events record it."""
        return "staff" if self.is_staff else "member"

    def may(self, right: Right) -> bool:
        """Whether one of this person's roles gives `right`."""
        return self.is_active and any(right in RIGHTS[role] for role in self.roles)


class UsedHandover(models.Model):
    """A hand-over link that somebody has come in by; `link` is its `jti`, which works once."""

    link = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"


class Limits(models.Model):
    """How much a role may agree to alone: for one order, and in one day; None is no limit.

    Both are in `limit_currency`, which is empty when there is neither.
    """

    limit_minor = models.BigIntegerField(null=True)
    day_limit_minor = models.BigIntegerField(null=True)
    limit_currency = models.CharField(max_length=3, blank=True)

    class Meta:
        abstract = True

    @property
    def limit(self) -> Money | None:
        """The largest amount this role may decide alone for one order; None: no limit."""
        return None if self.limit_minor is None else Money(self.limit_minor, self.limit_currency)

    @property
    def day_limit(self) -> Money | None:
        """The largest sum this role may decide alone in one day; None: no limit."""
        return None if self.day_limit_minor is None else Money(self.day_limit_minor, self.limit_currency)


def _limits_make_sense(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(limit_minor__isnull=True, day_limit_minor__isnull=True, limit_currency="")
            | (
                # Null passes a check, so that there is a limit is asked for by itself.
                (models.Q(limit_minor__isnull=False) | models.Q(day_limit_minor__isnull=False))
                & models.Q(limit_currency__regex="^[A-Z]{3}$")
            ),
            name=f"{name}_limit_has_a_currency",
        ),
        models.CheckConstraint(
            condition=models.Q(limit_minor__isnull=True) | models.Q(limit_minor__gte=0),
            name=f"{name}_limit_not_negative",
        ),
        models.CheckConstraint(
            condition=models.Q(day_limit_minor__isnull=True) | models.Q(day_limit_minor__gte=0),
            name=f"{name}_day_limit_not_negative",
        ),
    ]


class RoleChange(Limits):
    """A role, or a higher limit, that one owner wants to give and another has to agree to.

    `agreed` is None while it waits; False when it was turned down, or taken back by whoever asked.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_changes")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_NAMES.items()]
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *_limits_make_sense("role_change"),
            models.UniqueConstraint(
                fields=["person", "role"],
                name="role_change_one_waits_at_a_time",
                condition=models.Q(agreed__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(agreed__isnull=True, answered_by__isnull=True, answered_at__isnull=True)
                | models.Q(agreed__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="role_change_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("asked_by"))
                & (models.Q(answered_by__isnull=True) | ~models.Q(person=models.F("answered_by"))),
                name="role_change_of_somebody_else",
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed=True, asked_by=models.F("answered_by")),
                name="role_change_agreed_by_a_second_owner",
            ),
        ]
        triggers = guarding.answered_once()

    def __str__(self) -> str:
        return f"{self.person}: {self.role}, asked by {self.asked_by}"


class StaffRole(Limits):
    """A role that a person holds, with the largest decision it allows.

    `changed_by` is the owner who gave it or set its limits last; None: the command line, or the sample.
    `change` is what two owners agreed to; None where one was enough.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_NAMES.items()]
    )
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(RoleChange, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="staff_role_held_once"),
            *_limits_make_sense("staff_role"),
            models.CheckConstraint(
                condition=models.Q(changed_by__isnull=True) | ~models.Q(changed_by=models.F("user")),
                name="staff_role_changed_by_somebody_else",
            ),
        ]
        triggers = [guarding.last_owner_stays(), guarding.two_owners_agree()]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
