"""The credit notes that people look at."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from makegood.books.credit_notes.on_paper import document_of
from makegood.books.models import CreditNote
from makegood.printing.making import pdf_of
from makegood.refunds.models import Refund


def of_request(reference: str) -> QuerySet[CreditNote]:
    """Those of one refund request, in the order in which they were issued."""
    return CreditNote.objects.filter(reference=reference).order_by("pk")


def with_notes(refunds: QuerySet[Refund]) -> QuerySet[Any]:
    """The same refunds, each with `credit_notes`: `name` and `kind` of those of its request, as issued."""
    notes = CreditNote.objects.filter(reference=OuterRef("reference")).exclude(reference="").order_by("pk")
    told = notes.values(told=JSONObject(name="name", kind="kind"))
    return refunds.annotate(credit_notes=ArraySubquery(told))


def found_by(typed: str) -> QuerySet[CreditNote]:
    """Those of this number, refund request or order, the newest first; all when nothing is typed."""
    notes = CreditNote.objects.order_by("-pk").select_related("order")
    word = typed.replace("\0", "").upper()
    if not word:
        return notes
    return notes.filter(Q(name=word) | Q(reference=word) | Q(order__number__iexact=word))


def issued_on(note: CreditNote, *, zone: ZoneInfo) -> date:
    """The day that its number belongs to."""
    return note.issued_at.astimezone(zone).date()


def pdf_of_note(note: CreditNote, *, zone: ZoneInfo) -> bytes:
    """The note as PDF/A-3, in the language it was issued in. Raises NotPrinted."""
    return pdf_of(document_of(note, issued_on=issued_on(note, zone=zone)))
