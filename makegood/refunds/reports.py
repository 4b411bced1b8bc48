"""Reports of providers for the layers above: read from a file, or asked for where the provider can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from makegood.refunds.providers.base import LineKind, ProviderUnreachable, ReportLine, ReportSource
from makegood.refunds.providers.paypal import report as paypal
from makegood.refunds.providers.registry import Connections, UnknownProvider, connect
from makegood.refunds.providers.reports import ReportUnreadable
from makegood.refunds.providers.sandbox import report as sandbox
from makegood.refunds.providers.stripe import report as stripe
from makegood.refunds.providers.twocheckout import report as twocheckout

__all__ = [
    "READERS",
    "Connections",
    "LineKind",
    "NoReports",
    "ProviderUnreachable",
    "ReportLine",
    "ReportUnreadable",
    "UnknownProvider",
    "ask",
    "can_be_asked",
    "read",
]


class NoReports(LookupError):
    """No report of this provider can be read."""

    def __init__(self, provider: str) -> None:
        readable = ", ".join(sorted(READERS))
        super().__init__(f"No reports of “{provider}” can be read; they can of {readable}.")


READERS: dict[str, Callable[[str], list[ReportLine]]] = {
    "2checkout": twocheckout.read,
    "paypal": paypal.read,
    "sandbox": sandbox.read,
    "stripe": stripe.read,
}
"""By provider, what reads its report from the text of a file; raises ReportUnreadable."""


def read(provider: str, text: str) -> list[ReportLine]:
    """The movements in a file of `provider`. Raises NoReports, ReportUnreadable."""
    if provider not in READERS:
        raise NoReports(provider)
    try:
        return READERS[provider](text)
    except ReportUnreadable:
        raise
    except ValueError as problem:
        raise ReportUnreadable(str(problem)) from problem


def can_be_asked(provider: str, *, connections: Connections) -> bool:
    """Whether the provider tells its report by its API. Raises UnknownProvider."""
    return isinstance(connect(provider, connections), ReportSource)


def ask(provider: str, *, begins: datetime, ends: datetime, connections: Connections) -> list[ReportLine]:
    """What moved from `begins` up to, not including, `ends`. Raises ProviderUnreachable, UnknownProvider."""
    source = connect(provider, connections)
    if not isinstance(source, ReportSource):
        raise ProviderUnreachable(provider, "it tells no report")
    return source.report(begins=begins, ends=ends)
