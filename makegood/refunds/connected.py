"""The provider of a refund, connected: for the doors, which know refunds but no adapters."""

from __future__ import annotations

from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Provider
from makegood.refunds.providers.registry import NAMES, Connections, connect


def provider_of(refund: Refund, *, connections: Connections) -> Provider:
    """The provider that pays `refund`. Raises UnknownProvider."""
    return connect(refund.provider, connections)


def manual(*, connections: Connections) -> Provider:
    """The way of paying by hand, by which a refund can be made when the customer's own way fails."""
    return connect("manual", connections)


def all_providers(*, connections: Connections) -> dict[str, Provider]:
    """Every provider by name."""
    return {name: connect(name, connections) for name in NAMES}
