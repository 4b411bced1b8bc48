"""An order beside the examination: what was paid and what is left, when, and how the product was used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.templatetags.said import amount_in_words, day, moment, number_in_words
from makegood.desk.background import Background, ProductTrial, Sibling
from makegood.desk.ticket import Ticket
from makegood.money import total
from makegood.orders.models import Edition, Order, ProductKind
from makegood.orders.usage import Use
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.models import NamedOrder

Pair = tuple[str, str | SafeString]


@dataclass(frozen=True)
class OrderSheet:
    """One named order: `wanted` when it is to be refunded, its facts as pairs of label and value."""

    number: str
    product: str
    wanted: bool
    facts: Sequence[Pair]


def order_sheets(ticket: Ticket) -> list[OrderSheet]:
    """The orders of the request, those to refund first."""
    answers = {live.order.pk: live for live in ticket.answers if live.order}
    named = sorted(ticket.named, key=lambda row: not row.wanted)
    return [
        OrderSheet(
            number=row.order.number,
            product=row.order.product.name,
            wanted=row.wanted,
            facts=list(_facts(row, ticket, answers.get(row.order_id))),
        )
        for row in named
    ]


def _facts(row: NamedOrder, ticket: Ticket, live: LiveAnswer | None) -> Iterator[Pair]:
    order = row.order
    payments = list(order.payments.all())
    methods = ", ".join(dict.fromkeys(payment.method_label for payment in payments))
    captured = total((payment.captured for payment in payments), order.currency)
    left = total((payment.refundable for payment in payments), order.currency)
    if payments:
        yield _("Paid"), f"{amount_in_words(captured)}, {methods}"
        words = _("{left} of {captured}")
        yield _("Refundable"), words.format(left=amount_in_words(left), captured=amount_in_words(captured))
    else:
        yield _("Price"), _("{price}, no payment recorded").format(price=amount_in_words(order.amount))
    yield _("Bought"), moment(order.purchased_at)
    if live is not None:
        yield _("Received"), _received(order, live, ticket.refund_request.received_at)
    if order.renews is not None:
        yield _("Renews"), _("order {number}").format(number=order.renews.number)
    if order.is_renewal or order.auto_renewal_chosen is not None:
        yield _("Automatic renewal"), chosen_words(order.renewal_was_chosen())
    if order.pk in ticket.used and order.product.kind == ProductKind.SERVICE:
        yield _("Used since"), used_words(ticket.used[order.pk], order.product.unit)


def _received(order: Order, live: LiveAnswer, received_at: datetime) -> SafeString:
    """When the request came, with the day as the policy counts it: the purchase is day 0."""
    zone = live.policy.zone
    bought_on, received_on = (at.astimezone(zone).date() for at in (order.purchased_at, received_at))
    return format_html("{}, {}", day(received_at), _day_count(bought_on, received_on))


def _day_count(bought_on: date, received_on: date) -> str:
    return _("day {number}").format(number=(received_on - bought_on).days)


def chosen_words(chosen: bool | None) -> str:
    """Whether automatic renewal was chosen at the purchase."""
    if chosen is None:
        return _("the shop did not record a choice")
    return _("chosen while purchasing") if chosen else _("not chosen while purchasing")


def used_words(used: Use, unit: str) -> str | SafeString:
    """How much, and when last."""
    if used.last_at is None:
        return _("not used since the purchase")
    words = (
        f"{number_in_words(used.units)} {unit}"
        if unit
        else ngettext("{n} use", "{n} uses", used.units).format(n=number_in_words(used.units))
    )
    return format_html(_("{words}, last on {day}"), words=words, day=day(used.last_at))


def trial_use_words(trial: ProductTrial) -> str:
    """How much of the trial was used, of how much: “40 of 100 verification credits”."""
    if trial.quota is None:
        return f"{number_in_words(trial.used)} {trial.unit}".strip()
    used, quota = number_in_words(trial.used), number_in_words(trial.quota)
    return _("{used} of {quota} {unit}").format(used=used, quota=quota, unit=trial.unit).strip()


def tried_words(background: Background) -> list[str | SafeString]:
    """How the member tried the product, newest first: downloads and trials."""
    said: list[str | SafeString] = []
    for trial in background.trials:
        words = _("free trial from {start} to {end}, used {used}")
        used = trial_use_words(trial)
        said.append(format_html(words, start=day(trial.started_at), end=day(trial.ends_at), used=used))
    for download in background.downloads:
        words = (
            _("full version {version} downloaded on {day}")
            if download.edition == Edition.FULL
            else _("trial {version} downloaded on {day}")
        )
        said.append(format_html(words, version=download.version, day=day(download.at)))
    return said


def other_orders(ticket: Ticket) -> list[Sibling]:
    """Orders of the same product by the same member that the request does not name."""
    named = {row.order.number for row in ticket.named}
    return [sibling for sibling in ticket.background.siblings if sibling.number not in named]
