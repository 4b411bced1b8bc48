"""Letters by which a bank can find a refund: one that finance sends, one that the customer can hand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words, day_in_words
from makegood.notifications.addressing import speaking_to
from makegood.printing.pieces import Document, Facts, Words
from makegood.refunds.arrival import expected_for
from makegood.refunds.models import Refund
from makegood.refunds.states import PAID

TO_THE_BANK, FOR_THE_CUSTOMER = "bank", "customer"
LETTERS = (TO_THE_BANK, FOR_THE_CUSTOMER)


def letter(refund: Refund, whom: str, *, at: datetime) -> Document | None:
    """The letter in the language of the customer, ready to print; None while the refund has not left us.

    `whom` is one of LETTERS. Days are the desk's, as the customer was told them.
    """
    if refund.state not in PAID or refund.succeeded_at is None:
        return None
    with speaking_to(refund.payment.order.member):
        words = _WORDS[whom](refund)
        return Document(
            title=_("Refund of {amount}").format(amount=amount_in_words(refund.amount)),
            lead=_day(at),
            language=get_language() or "en",
            at=refund.succeeded_at,
            from_whom=settings.MAKEGOOD_VENDOR,
            reference=refund.reference,
            page_of=_("Page {page} of {pages}"),
            not_shown=_("An empty box stands in the place of characters that cannot be printed."),
            pieces=[Words(words), Facts(_facts(refund)), Words(_thanks())],
        )


def ready_letters(refund: Refund, *, at: datetime) -> list[tuple[str, str, str]]:
    """For whom, the words and their language, of each letter; none while it is not on its way."""
    if refund.settled_at is not None:
        return []
    made = [(whom, letter(refund, whom, at=at)) for whom in LETTERS]
    return [(whom, _plain(each), each.language) for whom, each in made if each is not None]


def _plain(document: Document) -> str:
    parts = [document.title]
    for piece in document.pieces:
        match piece:
            case Words():
                parts.append(piece.text)
            case Facts():
                parts.append("\n".join(f"{name}: {value}" for name, value in piece.pairs))
    return "\n\n".join(parts)


def _to_the_bank(refund: Refund) -> str:
    words = _(
        "We sent a refund to our customer on {day}, and it has not arrived. Please trace it by the reference "
        "below, and tell us when it was credited, or why it was not."
    )
    return words.format(day=_day(refund.succeeded_at))


def _for_the_customer(refund: Refund) -> str:
    words = _(
        "We confirm to the bank of our customer that we sent the refund below on {day}. If it has not been "
        "credited, please trace it by its reference."
    )
    return words.format(day=_day(refund.succeeded_at))


_WORDS: Mapping[str, Callable[[Refund], str]] = {
    TO_THE_BANK: _to_the_bank,
    FOR_THE_CUSTOMER: _for_the_customer,
}


def _thanks() -> str:
    return _("{vendor}, finance department").format(vendor=settings.MAKEGOOD_VENDOR)


def _facts(refund: Refund) -> list[tuple[str, str]]:
    payment = refund.payment
    facts = [
        (_("Amount"), amount_in_words(refund.amount)),
        (_("Refund of order"), payment.order.number),
        (_("Paid on"), _day(payment.captured_at)),
        (_("Sent on"), _day(refund.succeeded_at)),
    ]
    if refund.provider == payment.provider:
        facts.append((_("Sent to"), payment.method_label))
    when = expected_for(refund, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
    if when is not None:
        facts.append((_("Expected at the latest on"), day_in_words(when.latest)))
    facts.append((_("Trace reference (ARN)"), refund.trace_reference or _("not known yet")))
    if refund.provider_refund_id:
        facts.append((_("Number at the payment provider"), refund.provider_refund_id))
    return facts


def _day(at: datetime | None) -> str:
    return day_in_words(at.astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE)).date()) if at else ""
