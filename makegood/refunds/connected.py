"""The provider of a refund, connected: for the doors, which know refunds but no adapters."""

from __future__ import annotations

from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Promises, Provider
from makegood.refunds.providers.registry import NAMES, Connections, connect, needed_by
from makegood.refunds.providers.sepa import NAME as SEPA
from makegood.refunds.providers.sepa.accounts import Account

__all__ = [
    "SEPA",
    "Promises",
    "Provider",
    "all_providers",
    "manual",
    "missing_for",
    "needed_by",
    "our_account",
    "provider_of",
    "sepa",
]


def provider_of(refund: Refund, *, connections: Connections) -> Provider:
    """The provider that pays `refund`. Raises UnknownProvider."""
    return connect(refund.provider, connections)


def manual(*, connections: Connections) -> Provider:
    """The way of paying by hand, by which a refund can be made when the customer's own way fails."""
    return connect("manual", connections)


def sepa(*, connections: Connections) -> Provider:
    """The way of paying by euro transfers in batches."""
    return connect(SEPA, connections)


def our_account(*, connections: Connections) -> Account | None:
    """The bank account that euro transfers are paid from; None: there is none."""
    if missing_for(SEPA, connections=connections):
        return None
    return Account(
        connections.MAKEGOOD_SEPA_NAME, connections.MAKEGOOD_SEPA_IBAN, connections.MAKEGOOD_SEPA_BIC
    )


def all_providers(*, connections: Connections) -> dict[str, Provider]:
    """Every provider by name."""
    return {name: connect(name, connections) for name in NAMES}


def missing_for(name: str, *, connections: Connections) -> list[str]:
    """The settings that the provider called `name` needs and that are empty; none when it is connected."""
    return [each for each in needed_by(name) if not getattr(connections, each)]
