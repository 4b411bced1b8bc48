"""The provider of a refund, connected: for the doors, which know refunds but no adapters."""

from __future__ import annotations

from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Promises, Provider
from makegood.refunds.providers.registry import NAMES, Connections, connect, needed_by

__all__ = ["Promises", "Provider", "all_providers", "manual", "missing_for", "needed_by", "provider_of"]


def provider_of(refund: Refund, *, connections: Connections) -> Provider:
    """The provider that pays `refund`. Raises UnknownProvider."""
    return connect(refund.provider, connections)


def manual(*, connections: Connections) -> Provider:
    """The way of paying by hand, by which a refund can be made when the customer's own way fails."""
    return connect("manual", connections)


def all_providers(*, connections: Connections) -> dict[str, Provider]:
    """Every provider by name."""
    return {name: connect(name, connections) for name in NAMES}


def missing_for(name: str, *, connections: Connections) -> list[str]:
    """The settings that the provider called `name` needs and that are empty; none when it is connected."""
    return [each for each in needed_by(name) if not getattr(connections, each)]
