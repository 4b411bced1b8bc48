"""Takes in a report of a provider, once: its lines are kept, its fees booked, and it is matched."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.books.matching import match, match_again, name_of, wait_for_others
from makegood.books.models import Match, Report, ReportedMovement, Source
from makegood.refunds import ledger, reports
from makegood.refunds.reports import Connections, ReportLine, ReportUnreadable

_MOMENT = timedelta(microseconds=1)


class ReportRefused(Exception):
    """The report was not taken in; the message says why and what can be done."""


class AlreadyTakenIn(ReportRefused):
    """The very same report is here already: `report`."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(_("This report was taken in already, as “{name}”.").format(name=report.name))


class NotAReport(ReportRefused):
    """It cannot be read as a report of the provider."""

    def __init__(self, problem: ReportUnreadable) -> None:
        words = _("The file is not a report of this provider. {reason}")
        if problem.line is not None:
            words = _("The file is not a report of this provider. Line {line}: {reason}")
        super().__init__(words.format(line=problem.line, reason=problem.reason))


class NothingInIt(ReportRefused):
    """Without a line and without days nobody could say which time the report is about."""

    def __init__(self) -> None:
        super().__init__(_("The report has no lines. Give the days it is about, then it is taken in."))


class OutsideItsDays(ReportRefused):
    """A line is not of the days that were given."""

    def __init__(self, line: ReportLine) -> None:
        words = _("The report tells of {day}, which is not among the days you gave.")
        super().__init__(words.format(day=line.at.date().isoformat()))


def read_file(provider: str, content: bytes) -> list[ReportLine]:
    """The lines of a file of `provider`. Raises NotAReport, NoReports."""
    try:
        return reports.read(provider, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotAReport(ReportUnreadable(_("It is not text in UTF-8."))) from None
    except ReportUnreadable as problem:
        raise NotAReport(problem) from None


def take_in_file(
    provider: str,
    content: bytes,
    *,
    name: str,
    first: date | None,
    last: date | None,
    zone: ZoneInfo,
    by: Actor,
    at: datetime,
) -> Match:
    """Take in a file, about the days `first` to `last` in `zone`; None: from its first line to its last.

    Raises ReportRefused.
    """
    lines = read_file(provider, content)
    begins, ends = _period(lines, first, last, zone)
    for line in lines:
        if not begins <= line.at < ends:
            raise OutsideItsDays(line)
    return _take_in(
        provider,
        lines,
        source=Source.FILE,
        name=name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        period=(begins, ends),
        by=by,
        at=at,
    )


def take_in_by_api(
    provider: str, *, begins: datetime, ends: datetime, connections: Connections, by: Actor, at: datetime
) -> Match:
    """Ask the provider what moved then, and take it in. Raises ProviderUnreachable, AlreadyTakenIn."""
    lines = reports.ask(provider, begins=begins, ends=ends, connections=connections)
    told = "\n".join(str(line) for line in [begins.isoformat(), ends.isoformat(), *lines])
    return _take_in(
        provider,
        lines,
        source=Source.API,
        name=begins.date().isoformat(),
        digest=hashlib.sha256(told.encode()).hexdigest(),
        period=(begins, ends),
        by=by,
        at=at,
    )


def _period(
    lines: Sequence[ReportLine], first: date | None, last: date | None, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    moments = [line.at for line in lines]
    if not moments and (first is None or last is None):
        raise NothingInIt
    begins = datetime.combine(first, time.min, zone) if first else min(moments)
    ends = datetime.combine(last + timedelta(days=1), time.min, zone) if last else max(moments) + _MOMENT
    return begins, ends


def _take_in(
    provider: str,
    lines: Sequence[ReportLine],
    *,
    source: Source,
    name: str,
    digest: str,
    period: tuple[datetime, datetime],
    by: Actor,
    at: datetime,
) -> Match:
    with transaction.atomic():
        wait_for_others(provider)
        report, is_new = Report.objects.get_or_create(
            provider=provider,
            digest=digest,
            defaults={
                "source": source,
                "name": name,
                "begins_at": period[0],
                "ends_at": period[1],
                "lines": len(lines),
                "taken_in_at": at,
                "taken_in_by": by if isinstance(by, User) else None,
            },
        )
        if not is_new:
            raise AlreadyTakenIn(report)
        ReportedMovement.objects.bulk_create(
            _movement(report, number, line) for number, line in enumerate(lines, start=1)
        )
        _book_fees(provider, lines, at=at)
        record(
            Action.PROVIDER_REPORT_TAKEN_IN,
            subject=report,
            by=by,
            at=at,
            provider=provider,
            name=report.name,
            lines=report.lines,
        )
        made = match(report, by=by, at=at)
        # What an earlier report left open may be explained by this one.
        match_again(provider, by=by, at=at)
    return made


def _movement(report: Report, number: int, line: ReportLine) -> ReportedMovement:
    return ReportedMovement(
        report=report,
        number=number,
        provider=report.provider,
        kind=line.kind,
        refund_id=line.refund_id,
        charge_id=line.charge_id,
        currency=line.amount.currency,
        amount_minor=line.amount.minor,
        fee_minor=None if line.fee is None else line.fee.minor,
        fee_currency="" if line.fee is None else line.fee.currency,
        at=line.at,
    )


def _book_fees(provider: str, lines: Sequence[ReportLine], *, at: datetime) -> None:
    """Each fee once: not again what another report told already."""
    fees = {name_of(provider, line): line.fee for line in reversed(lines) if line.fee}
    for name in sorted(set(fees) - ledger.fees_booked(fees)):
        ledger.post_fee(provider=provider, movement=name, fee=fees[name], at=at)
