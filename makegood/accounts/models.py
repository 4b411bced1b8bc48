"""People: one account each, with staff roles where they work at the desk."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

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
    """

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=12, blank=True)  # empty until they sign in or choose
    time_zone = models.CharField(max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

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
        ]

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


class StaffRole(models.Model):
    """A role that a person holds, with the largest decision it allows."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_NAMES.items()]
    )
    limit_minor = models.BigIntegerField(null=True)
    day_limit_minor = models.BigIntegerField(null=True)
    limit_currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="staff_role_held_once"),
            models.CheckConstraint(
                condition=models.Q(limit_minor__isnull=True, day_limit_minor__isnull=True, limit_currency="")
                | (
                    # Null passes a check, so that there is a limit is asked for by itself.
                    (models.Q(limit_minor__isnull=False) | models.Q(day_limit_minor__isnull=False))
                    & models.Q(limit_currency__regex="^[A-Z]{3}$")
                ),
                name="staff_role_limit_has_a_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(limit_minor__isnull=True) | models.Q(limit_minor__gte=0),
                name="staff_role_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(day_limit_minor__isnull=True) | models.Q(day_limit_minor__gte=0),
                name="staff_role_day_limit_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"

    @property
    def limit(self) -> Money | None:
        """The largest amount this role may decide alone for one order; None: no limit."""
        return None if self.limit_minor is None else Money(self.limit_minor, self.limit_currency)

    @property
    def day_limit(self) -> Money | None:
        """The largest sum this role may decide alone in one day; None: no limit."""
        return None if self.day_limit_minor is None else Money(self.day_limit_minor, self.limit_currency)
