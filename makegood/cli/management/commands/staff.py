"""`makegood staff grant|revoke EMAIL ROLE`: who works at the desk."""

from __future__ import annotations

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from makegood.accounts import granting
from makegood.accounts.models import User
from makegood.accounts.roles import Role
from makegood.audit.actors import System
from makegood.money import Money, TooPrecise, UnknownCurrency


class Command(BaseCommand):
    help = "Give a person a role at the desk, or take it back; somebody new gets an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["grant", "revoke"])
        parser.add_argument("email")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument("--name", default="", help="the name of somebody new")
        parser.add_argument(
            "--limit", type=_money, help='the most they decide alone for an order: "200.00 USD"'
        )
        parser.add_argument("--day-limit", type=_money, help="the most they decide alone in a day")

    def handle(self, *, what: str, email: str, role: str, **options: Any) -> None:
        if what == "revoke":
            self._revoke(email, Role(role))
            return
        user = _person(email, options["name"])
        try:
            granting.grant(
                user,
                Role(role),
                by=System("command line"),
                at=timezone.now(),
                limit=options["limit"],
                day_limit=options["day_limit"],
            )
        except granting.CurrenciesDiffer as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{user.email} is {role} now.")
        if not user.has_usable_password():
            self.stdout.write("They have no password yet and get one at /accounts/password/reset/.")

    def _revoke(self, email: str, role: Role) -> None:
        user = User.objects.filter(email__iexact=email).first()
        try:
            if user is None or not granting.revoke(user, role, by=System("command line"), at=timezone.now()):
                raise CommandError(f"{email} is not {role}.")
        except granting.LastOwner as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{user.email} is not {role} any more.")


def _person(email: str, name: str) -> User:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"“{email}” is not an e-mail address.") from None
    known = User.objects.filter(email__iexact=email).first()
    if known is None and not name:
        raise CommandError(f"{email} has no account yet; give their name with --name.")
    return known or User.objects.create_user(email, name=name)


def _money(text: str) -> Money:
    try:
        amount, currency = text.split()
        return Money.of(Decimal(amount), currency)
    except (ValueError, InvalidOperation, UnknownCurrency, TooPrecise):
        raise CommandError(f"“{text}” is not an amount such as “200.00 USD”.") from None
