"""The summary of a disputed order on paper, for people at a bank: what was sold, used, said and decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import (
    amount_in_words,
    day_in_words,
    moment_in_words,
    number_in_words,
)
from makegood.dispute_evidence.gathering import Gathered
from makegood.policy import Answer, Mark
from makegood.policy.explaining.explaining import explain
from makegood.printing.pieces import Clause, Document, Facts, Heading, Piece, Said, Words
from makegood.refund_requests.models import Decision, DecisionLine, Message

_MARKS = {Mark.MET: "met", Mark.NOT_MET: "unmet", Mark.OPEN: "open", Mark.PERSON: "open"}
_STANDINGS: Mapping[str, Promise] = {
    "met": gettext_lazy("Met:"),
    "unmet": gettext_lazy("Not met:"),
    "open": gettext_lazy("Open:"),
}


def summary_of(gathered: Gathered, *, files: Mapping[str, str]) -> Document:
    """The document in the active language; `files` by their path in the archive, with their SHA-256."""
    order, dispute = gathered.order, gathered.dispute
    return Document(
        title=_("Order {number}: evidence").format(number=order.number),
        lead=_("In answer to dispute {dispute} of {amount}, opened on {day}.").format(
            dispute=dispute.provider_dispute_id,
            amount=amount_in_words(dispute.amount),
            day=day_in_words(timezone.localtime(dispute.opened_at).date()),
        ),
        language=get_language() or "en",
        at=dispute.heard_at,
        from_whom=settings.MAKEGOOD_VENDOR,
        reference=order.number,
        page_of=_("Page {page} of {pages}"),
        not_shown=_("An empty box stands in the place of characters that cannot be printed."),
        pieces=[
            *_sale(gathered),
            *_use(gathered),
            *(piece for each in gathered.decisions for piece in _decision(each)),
            *_conversation(gathered),
            *_files(files),
        ],
    )


def _sale(gathered: Gathered) -> Iterator[Piece]:
    order = gathered.order
    yield Heading(_("What was sold"))
    yield Facts(
        [
            (_("Product"), order.product.name),
            (_("Price"), amount_in_words(order.amount)),
            (_("Bought on"), moment_in_words(order.purchased_at)),
            (_("Customer"), f"{order.member.name}, {order.member.email}"),
            (_("Refund policy in force then"), gathered.policy.version if gathered.policy else "–"),
        ]
    )
    for payment in gathered.payments:
        words = (
            f"{payment.method_label}, {moment_in_words(payment.captured_at)}, {payment.provider_reference}"
        )
        yield Facts([(_("Paid"), amount_in_words(payment.captured)), (_("Paid with"), words)])
    for refund in gathered.refunds:
        sent = moment_in_words(refund.succeeded_at) if refund.succeeded_at else _("not sent")
        told = [(_("Refund"), amount_in_words(refund.amount)), (_("Sent"), sent)]
        trace = [(_("Trace"), refund.trace_reference)] if refund.trace_reference else []
        yield Facts([*told, *trace])


def _use(gathered: Gathered) -> Iterator[Piece]:
    yield Heading(_("Use since the purchase"))
    if not gathered.usage and not gathered.downloads:
        yield Words(_("None that we know of."))
    if gathered.usage:
        units = sum(each.units for each in gathered.usage)
        facts = [
            (_("Units used"), number_in_words(units)),
            (_("Last used"), moment_in_words(gathered.usage[-1].used_at)),
        ]
        yield Facts(facts)
    for download in gathered.downloads:
        yield Facts([(_("Downloaded"), f"{download.release.version}, {moment_in_words(download.at)}")])


def _decision(decision: Decision) -> Iterator[Piece]:
    yield Heading(_("Our decision, {when}").format(when=day_in_words(timezone.localtime(decision.at).date())))
    yield Facts(
        [
            (_("Request"), decision.refund_request.reference),
            (_("Refunded"), amount_in_words(decision.amount)),
        ]
    )
    yield Words(decision.letter)
    for line in sorted(decision.lines.all(), key=lambda each: each.pk):
        yield from _clauses(line)


def _clauses(line: DecisionLine) -> Iterator[Piece]:
    yield Heading(_("Order {number}").format(number=line.order.number), level=2)
    for each in explain(Answer.from_json(line.assessment.trace), "customer").lines:
        mark = _MARKS[each.mark]
        yield Clause(mark, str(_STANDINGS[mark]), each.text, each.because, f"§ {each.id}" if each.id else "")


def _conversation(gathered: Gathered) -> Iterator[Piece]:
    if gathered.requests:
        yield Heading(_("Conversation"))
    for request in gathered.requests:
        # What the form asked stands in the policy; here is what the customer answered, in the same order.
        told = [answer for answer in request.answers.values() if isinstance(answer, str)]
        yield Said(gathered.order.member.name, moment_in_words(request.received_at), "\n\n".join(told))
    for message in gathered.messages:
        yield Said(said_by(message), moment_in_words(message.at), message.body)


def said_by(message: Message) -> str:
    """The customer by name; of staff, the name by which they signed."""
    if not message.from_staff:
        return message.author.name
    return _("{name}, refund department").format(name=message.author.first_name)


def _files(files: Mapping[str, str]) -> Iterator[Piece]:
    yield Heading(_("Files of this archive, each with its SHA-256"))
    yield Facts(sorted(files.items()))
