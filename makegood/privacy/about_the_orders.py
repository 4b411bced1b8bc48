"""What an export tells of what the member bought, paid, used, downloaded and tried."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Prefetch

from makegood.accounts.models import User
from makegood.books.models import CreditNote
from makegood.money import Money
from makegood.orders.models import Download, Order, Trial, TrialUsage


def told(member: User) -> Mapping[str, object]:
    """The parts of the export, by name."""
    orders = (
        Order.objects.filter(member=member)
        .select_related("product", "renews", "given")
        .prefetch_related("payments", "usage", Prefetch("credit_notes", CreditNote.objects.order_by("pk")))
        .order_by("purchased_at", "pk")
    )
    return {
        "orders": [_order(order) for order in orders],
        "downloads": [
            {
                "at": each.at,
                "product": each.release.product.name,
                "version": each.release.version,
                "platform": each.release.platform,
                "edition": each.release.edition,
            }
            for each in Download.objects.filter(member=member)
            .select_related("release__product")
            .order_by("at", "pk")
        ],
        "trials": [
            {
                "product": each.product.name,
                "started_at": each.started_at,
                "ends_at": each.ends_at,
                "quota": each.quota,
                "used": each.used,
                "unit": each.product.unit,
                "usage": [{"at": use.used_at, "units": use.units} for use in each.usage.all()],
            }
            for each in Trial.objects.filter(member=member)
            .select_related("product")
            .prefetch_related(Prefetch("usage", TrialUsage.objects.order_by("used_at", "pk")))
            .order_by("pk")
        ],
    }


def _order(order: Order) -> Mapping[str, object]:
    given = getattr(order, "given", None)  # the shop did not tell of every order
    return {
        "number": order.number,
        "product": order.product.name,
        "purchased_at": order.purchased_at,
        "price": order.amount,
        "country": order.country,
        "tax": None if order.tax_minor is None else Money(order.tax_minor, order.currency),
        "tax_rate": None if order.tax_rate is None else str(order.tax_rate),
        "renews": order.renews.number if order.renews else None,
        "auto_renewal_chosen": order.auto_renewal_chosen,
        "licence": given.licence if given else None,
        "licence_ends_on": given.ends_on if given else None,
        "payments": [
            {
                "paid_with": payment.method_label,
                "amount": payment.captured,
                "captured_at": payment.captured_at,
                "provider": payment.provider,
                "reference_there": payment.provider_reference,
            }
            for payment in order.payments.all()
        ],
        "credit_notes": [_credit_note(note) for note in order.credit_notes.all()],
        "usage": [{"at": use.used_at, "units": use.units, "what": use.what} for use in order.usage.all()],
    }


def _credit_note(note: CreditNote) -> Mapping[str, object]:
    return {
        "number": note.name,
        "kind": note.kind,
        "issued_at": note.issued_at,
        "amount": note.gross,
        "tax": note.tax,
        "says": note.content,
    }
