"""The people, products, orders and payments that tests talk about; every moment is said.

`olena()` is the same person however often she is called for, read afresh each time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from makegood.accounts.models import StaffRole, User
from makegood.accounts.roles import Role
from makegood.money import Money
from makegood.orders.models import Order, Payment, Product, ProductKind, Usage

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""The moment at which tests take place, unless they say another."""

PASSWORD = "a heron waits in the shallows"

_numbers = count(9_400_001)
_references = count(1)


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """So long before NOON."""
    return NOON - timedelta(days=days, hours=hours, minutes=minutes)


def later(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """So long after NOON."""
    return NOON + timedelta(days=days, hours=hours, minutes=minutes)


def days_ago(days: float, *, minutes: float = 0) -> datetime:
    """So long before now, for the pages read the clock themselves; days as the clocks of the desk show them.

    A day on which they are changed is one of them, though it has another number of hours: else, late in the
    evening, what is 31 days ago to a page would be 30 to a test.
    """
    there = timezone.now().astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
    return there - timedelta(days=days, minutes=minutes)


# Members


def olena() -> User:
    """A member in Kyiv who bought Mail Sender."""
    return a_member("olena@example.com", name="Olena Kovalenko", time_zone="Europe/Kyiv")


def joao() -> User:
    """A member in São Paulo."""
    return a_member("joao@example.com", name="João Ferreira da Silva", time_zone="America/Sao_Paulo")


def mei() -> User:
    """A member in Taipei."""
    return a_member("mei@example.com", name="Mei Lin Chen", time_zone="Asia/Taipei")


def lars() -> User:
    """A member in Bergen."""
    return a_member("lars@example.com", name="Lars Ødegård", time_zone="Europe/Oslo")


def amara() -> User:
    """A member in Lagos who has bought nothing."""
    return a_member("amara@example.com", name="Amara Okafor", time_zone="Africa/Lagos")


def a_member(
    email: str, *, name: str = "", time_zone: str = "UTC", password: str | None = None, verified: bool = True
) -> User:
    """The member with this e-mail, created when not there; without `password` only `force_login` signs in."""
    if not User.objects.filter(email__iexact=email).exists():
        user = User.objects.create_user(email, password, name=name, time_zone=time_zone)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return User.objects.get(email__iexact=email)


# Staff


def petro() -> User:
    """A representative who decides up to 200.00 USD alone."""
    return staff("petro@northwind.example", Role.REPRESENTATIVE, name="Petro Bondar", limit=usd("200.00"))


def roza() -> User:
    """Another representative, with the same limit."""
    return staff("roza@northwind.example", Role.REPRESENTATIVE, name="Roza Lind", limit=usd("200.00"))


def a_lead() -> User:
    """Lena leads the representatives, with the same limit."""
    return staff("lena@northwind.example", Role.LEAD, name="Lena Storm", limit=usd("200.00"))


def marta() -> User:
    """An engineer."""
    return staff("marta@northwind.example", Role.ENGINEER, name="Marta Nowak")


def finn() -> User:
    """Finance, up to 2,000.00 USD."""
    return staff("finn@northwind.example", Role.FINANCE, name="Finn Larsen", limit=usd("2000.00"))


def ola() -> User:
    """The owner, without a limit."""
    return staff("ola@northwind.example", Role.OWNER, name="Ola Hansen")


def aud() -> User:
    """An auditor."""
    return staff("aud@northwind.example", Role.AUDITOR, name="Aud Berg")


def staff(email: str, role: Role, *, name: str, limit: Money | None = None) -> User:
    """The person with this e-mail holding `role`; `limit` None: no amount needs a second person."""
    user = a_member(email, name=name, time_zone="Europe/Kyiv")
    StaffRole.objects.get_or_create(
        user=user,
        role=role,
        defaults={
            "limit_minor": None if limit is None else limit.minor,
            "limit_currency": "" if limit is None else limit.currency,
        },
    )
    return User.objects.get(pk=user.pk)


# What was sold


def usd(amount: str) -> Money:
    """So many US dollars: `usd("79.00")`."""
    return Money.of(amount, "USD")


def mail_sender() -> Product:
    """Software that is installed."""
    return a_product("mail-sender", name="Mail Sender", kind=ProductKind.SOFTWARE)


def verifier() -> Product:
    """A service with a trial of 14 days and 100 verification credits."""
    return a_product(
        "verifier-online",
        name="Mail Verifier Online",
        kind=ProductKind.SERVICE,
        trial_days=14,
        trial_quota=100,
        unit="verification credits",
    )


def a_product(
    sku: str,
    *,
    name: str = "",
    kind: ProductKind = ProductKind.SOFTWARE,
    trial_days: int | None = None,
    trial_quota: int | None = None,
    unit: str = "",
) -> Product:
    """The product with this `sku`, created when not there."""
    product, _ = Product.objects.get_or_create(
        sku=sku,
        defaults={
            "name": name or sku.replace("-", " ").title(),
            "kind": kind,
            "trial_days": trial_days,
            "trial_quota": trial_quota,
            "unit": unit,
        },
    )
    return product


def an_order(
    member: User,
    product: Product | None = None,
    *,
    purchased_at: datetime,
    amount: Money | None = None,
    number: str | None = None,
    renews: Order | None = None,
    auto_renewal_chosen: bool | None = None,
    country: str = "",
    paid: bool = True,
) -> Order:
    """A new order (79.00 USD of Mail Sender) with its payment by card; `paid` False: without a payment."""
    price = amount or usd("79.00")
    order = Order.objects.create(
        number=number or str(next(_numbers)),
        member=member,
        product=product or mail_sender(),
        purchased_at=purchased_at,
        amount_minor=price.minor,
        currency=price.currency,
        renews=renews,
        auto_renewal_chosen=auto_renewal_chosen,
        country=country,
    )
    if paid:
        a_payment(order, captured_at=purchased_at)
    return order


def a_payment(
    order: Order,
    *,
    captured_at: datetime,
    captured: Money | None = None,
    provider: str = "sandbox",
    reference: str | None = None,
    method: str = "card",
    method_label: str = "Visa ending 4242",
) -> Payment:
    """A new payment for `order`, of its whole amount unless `captured` says another."""
    amount = captured or order.amount
    return Payment.objects.create(
        order=order,
        provider=provider,
        provider_reference=reference or f"ch_test_{next(_references):06d}",
        method=method,
        method_label=method_label,
        currency=amount.currency,
        captured_minor=amount.minor,
        captured_at=captured_at,
    )


def a_use(order: Order, *, used_at: datetime, units: int = 1, what: str = "") -> Usage:
    """One use of the service under `order`."""
    return Usage.objects.create(
        order=order, external_id=f"use-{next(_references):06d}", used_at=used_at, units=units, what=what
    )
