"""The ticket as a document: the news, the decision, the money, what was asked, and all that was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import (
    day_in_words,
    deadline_in_words,
    moment_in_words,
    money,
    number_in_words,
)
from makegood.members.ticket.decided import Letter, ShownLine, letter_of
from makegood.members.ticket.items import Item, items_of
from makegood.members.ticket.paid import ShownRefund, refunds_of
from makegood.members.ticket.reading import Ticket
from makegood.members.ticket.standing import news_of
from makegood.members.ticket.told import answers_of
from makegood.printing.pieces import Clause, Document, Facts, Happened, Heading, Piece, Said, Verdict, Words

STANDINGS = {
    "met": gettext_lazy("Met:"),
    "unmet": gettext_lazy("Not met:"),
    "open": gettext_lazy("Open:"),
}


def document_of(ticket: Ticket, *, at: datetime) -> Document:
    """The ticket as it stands `at` that moment, in the language and zone that are active."""
    refund_request, news = ticket.refund_request, news_of(ticket)
    lead = _("Refund request {reference}, sent {sent}. This is how it stood on {now}.")
    return Document(
        title=news.headline,
        lead=lead.format(
            reference=refund_request.reference,
            sent=moment_in_words(refund_request.received_at),
            now=deadline_in_words(at),
        ),
        language=get_language() or "en",
        at=_last_changed(ticket),
        from_whom=settings.MAKEGOOD_VENDOR,
        reference=refund_request.reference,
        page_of=_("Page {page} of {pages}"),
        not_shown=_(
            "Some characters of this document, such as emoji or letters of a rare script, cannot be printed; "
            "an empty box stands in their place. The page of the request in our members area shows them."
        ),
        pieces=list(_pieces(ticket, at=at)),
    )


def _last_changed(ticket: Ticket) -> datetime:
    """The moment of the newest event or message: the date that the file itself carries."""
    happened = [event.at for event in ticket.talk.events]
    said = [message.at for message in ticket.talk.messages]
    return max([ticket.refund_request.received_at, *happened, *said])


def _pieces(ticket: Ticket, *, at: datetime) -> Iterator[Piece]:
    yield Words(news_of(ticket).follows)
    if ticket.promised_at:
        words = _("The next update is due by {when}.")
        yield Words(words.format(when=deadline_in_words(ticket.promised_at)))
    if letter := letter_of(ticket):
        yield from _decision(letter)
    for refund in refunds_of(ticket, at=at):
        yield from _refund(refund)
    yield from _asked(ticket)
    yield from _conversation(ticket)


def _decision(letter: Letter) -> Iterator[Piece]:
    yield Heading(_("Our decision, {when}").format(when=_day(letter.at)))
    yield Verdict(letter.text)
    yield Words(letter.letter)
    if letter.exception:
        yield Words(letter.exception)
    for line in letter.lines:
        yield from _order(line)


def _order(line: ShownLine) -> Iterator[Piece]:
    yield Heading(_("Order {number}").format(number=line.order_number), level=2)
    for clause in line.clauses:
        paragraph = f"§ {clause.paragraph}" if clause.paragraph else ""
        yield Clause(clause.mark, str(STANDINGS[clause.mark]), clause.prose, clause.why, paragraph)
    if line.reckoning:
        yield Words("\n".join(line.reckoning))
    words = _("Decided by our refund policy, version {version}.")
    if line.law:
        words = _("Decided by “{title}”, because the law is better for you here than our refund policy.")
    yield Words(words.format(version=line.version, title=line.law), soft=True)


def _refund(refund: ShownRefund) -> Iterator[Piece]:
    yield Heading(_("Your refund"))
    yield Words(refund.standing)
    yield Facts(refund.facts)
    if refund.for_the_bank:
        yield Heading(_("What to tell your bank"), level=2)
        yield Words(refund.for_the_bank)


def _asked(ticket: Ticket) -> Iterator[Piece]:
    yield Heading(_("What you asked"))
    yield Facts(
        [
            (
                _("To refund") if row.wanted else _("To keep"),
                _("{product}, order {number}, {amount}, {bought}").format(
                    product=row.order.product,
                    number=row.order.number,
                    amount=money(row.order.amount),
                    bought=_day(row.order.purchased_at),
                ),
            )
            for row in ticket.named
        ]
    )
    for question, answer in answers_of(ticket):
        yield Heading(question, level=2)
        yield Words(answer)
    if files := [row.name for row in ticket.evidence if row.message_id is None]:
        yield Heading(_("Pictures and documents sent with it"), level=2)
        yield Words("\n".join(files))


def _conversation(ticket: Ticket) -> Iterator[Piece]:
    items = items_of(ticket.talk, ticket.evidence)
    if not items:
        return
    yield Heading(_("Conversation"))
    if ticket.talk.has_earlier:
        words = _("These are the newest {count} messages; the older ones are in our members area.")
        yield Words(words.format(count=number_in_words(len(ticket.talk.messages))), soft=True)
    yield from (_item(item) for item in items)


def _item(item: Item) -> Piece:
    if item.kind == "day":
        return Heading(_day(item.at), level=2)
    if item.kind == "happened":
        return Happened(item.body, item.when)
    by = _("You") if item.is_mine else item.by
    return Said(by, item.when, item.body, [str(file["name"]) for file in item.attachments])


def _day(at: datetime) -> str:
    """On paper no day is “today”."""
    return day_in_words(timezone.localtime(at).date())
