"""What an export tells of the member's refund requests, as far as the member may read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from django.db.models import Prefetch, Q, QuerySet

from makegood.accounts.models import User
from makegood.orders.models import Order
from makegood.refund_requests.evidence.cleaning import EXTENSIONS
from makegood.refund_requests.models import (
    Assessment,
    Decision,
    DisputedFact,
    Evidence,
    Message,
    RefundRequest,
    Upload,
    Visibility,
)
from makegood.refunds.models import Destination, Refund


def told(member: User) -> Mapping[str, object]:
    """The parts of the export, by name."""
    public = Message.objects.filter(visibility=Visibility.PUBLIC).select_related("author").order_by("pk")
    requests = (
        RefundRequest.objects.filter(member=member)
        .select_related("product")
        .prefetch_related(
            Prefetch("messages", public),
            Prefetch("evidence", Evidence.objects.order_by("pk")),
            Prefetch("unsent_evidence", Evidence.objects.filter(uploaded_by=member).order_by("pk")),
            Prefetch("uploads", _uploads_of(member)),
            Prefetch("named__order", Order.objects.order_by("pk")),
            Prefetch(
                "assessments",
                Assessment.objects.select_related("order", "policy_version", "statute_version").order_by(
                    "pk"
                ),
            ),
            Prefetch("decisions", _decisions_told()),
            "decisions__lines__order",
            Prefetch("disputed_facts", DisputedFact.objects.select_related("order").order_by("pk")),
            "promises",
        )
        .order_by("received_at", "pk")
    )
    refunds = _refunds_by_reference(member)
    return {
        "forms_not_sent": [
            {
                "ground": draft.ground,
                "orders": draft.named_orders,
                "answers": draft.answers,
                "disputed": draft.disputed,
                "saved_at": draft.saved_at,
                "files": [path_of(picture) for picture in draft.evidence.all()],
                "files_on_their_way": [_on_its_way(upload) for upload in draft.uploads.all()],
            }
            for draft in member.drafts.prefetch_related(
                "evidence", Prefetch("uploads", _uploads_of(member))
            ).order_by("created_at")
        ],
        "refund_requests": [_request(each, refunds.get(each.reference, [])) for each in requests],
    }


def _uploads_of(member: User) -> QuerySet[Upload]:
    return Upload.objects.filter(member=member).order_by("place", "touched_at")


def _on_its_way(upload: Upload) -> Mapping[str, object]:
    """A file of which not everything has arrived, or which is not checked yet, or was refused."""
    return {
        "name": upload.name,
        "size": upload.size,
        "arrived": upload.received,
        "state": upload.state,
        "at": upload.touched_at,
    }


def _decisions_told() -> QuerySet[Decision]:
    """Those that stand: what waits for a second person, or was returned by one, nobody was told."""
    stands = Q(needs_approval=False) | Q(approval__approved=True)
    return Decision.objects.filter(stands).order_by("pk")


def pictures_sent_by(member: User) -> Iterable[Evidence]:
    """The pictures and PDFs of the member's requests and forms, as we keep them."""
    unsent = Q(unsent_in__member=member, uploaded_by=member)
    theirs = Q(refund_request__member=member) | Q(draft__member=member) | unsent
    return Evidence.objects.filter(theirs).order_by("pk").iterator()


def path_of(picture: Evidence) -> str:
    """Where it stands in the archive: “evidence/17-error.png”, of letters that every system knows."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(picture.name).stem)
    return f"evidence/{picture.pk}-{stem[:60]}{EXTENSIONS[picture.content_type]}"


def _request(each: RefundRequest, refunds: list[Mapping[str, object]]) -> Mapping[str, object]:
    return {
        "reference": each.reference,
        "product": each.product.name,
        "ground": each.ground,
        "state": each.state,
        "received_at": each.received_at,
        "orders": [{"number": named.order.number, "wanted": named.wanted} for named in each.named.all()],
        "answers": each.answers,
        "disputed": [
            {
                "order": one.order.number,
                "fact": one.fact,
                "recorded": one.recorded,
                "says": one.says,
                "why": one.why,
            }
            for one in each.disputed_facts.all()
        ],
        "files": [path_of(picture) for picture in each.evidence.all()],
        "files_not_sent": [path_of(picture) for picture in each.unsent_evidence.all()],
        "files_on_their_way": [_on_its_way(upload) for upload in each.uploads.all()],
        "conversation": [
            {
                "at": message.at,
                # Of staff, the name by which they signed.
                "by": f"{message.author.first_name}, refund department" if message.from_staff else "you",
                "text": message.body,
            }
            for message in each.messages.all()
        ],
        "answers_of_the_policy": [
            {
                "at": assessment.at,
                "order": assessment.order.number,
                "policy_version": assessment.policy_version.version,
                "statute": str(assessment.statute_version) if assessment.statute_version else None,
                "outcome": assessment.outcome,
                "facts": assessment.facts,
                "facts_for_the_statute": assessment.law_facts,
                "clauses": assessment.trace,
            }
            for assessment in each.assessments.all()
        ],
        "promised_updates": [{"made_at": p.made_at, "due_at": p.due_at} for p in each.promises.all()],
        "decisions": [_decision(decision) for decision in each.decisions.all()],
        "refunds": refunds,
    }


def _decision(decision: Decision) -> Mapping[str, object]:
    return {
        "at": decision.at,
        "round": decision.round,
        "verdict": decision.verdict,
        "amount": decision.amount,
        "exception": decision.is_exception,
        "letter": decision.letter,
        "orders": [{"number": line.order.number, "amount": line.amount} for line in decision.lines.all()],
    }


def _refunds_by_reference(member: User) -> Mapping[str, list[Mapping[str, object]]]:
    found: dict[str, list[Mapping[str, object]]] = {}
    rows = Refund.objects.filter(payment__order__member=member).select_related("payment__order")
    accounts = Prefetch("destinations", Destination.objects.order_by("pk"))
    for refund in rows.order_by("opened_at", "pk").prefetch_related(accounts):
        found.setdefault(refund.reference, []).append(
            {
                "order": refund.payment.order.number,
                "amount": refund.amount,
                "to": refund.payment.method_label if refund.provider == refund.payment.provider else "",
                "state": refund.state,
                "opened_at": refund.opened_at,
                "sent_at": refund.succeeded_at,
                "arrived_at": refund.settled_at,
                "trace_reference": refund.trace_reference,
                "accounts": [
                    {"holder": each.name, "iban": each.iban, "bic": each.bic, "given_at": each.given_at}
                    for each in refund.destinations.all()
                ],
            }
        )
    return found
