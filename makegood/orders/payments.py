"""Reserving captured money for refunds, so that no sum of refunds exceeds what was captured."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words
from makegood.money import Money
from makegood.orders.models import Payment


class ExceedsCaptured(Exception):
    """The payment has less left to refund than was asked for."""

    def __init__(self, payment: Payment, amount: Money) -> None:
        self.payment, self.amount = payment, amount
        super().__init__(
            _("Only {refundable} of this payment can still be refunded, not {amount}.").format(
                refundable=amount_in_words(payment.refundable), amount=amount_in_words(amount)
            )
        )


class NotReserved(Exception):
    """More was to be given back to the payment than refunds had reserved of it."""

    def __init__(self, payment: Payment, amount: Money) -> None:
        super().__init__(f"{amount} was not reserved of payment {payment}, so it cannot be released.")


def reserve(payment_id: int, amount: Money) -> None:
    """Speak for `amount` (in the payment's currency) of what was captured. Raises ExceedsCaptured.

    One UPDATE decides: two callers asking at once cannot both get the last of it.
    """
    got = Payment.objects.filter(
        pk=payment_id, currency=amount.currency, reserved_minor__lte=F("captured_minor") - amount.minor
    ).update(reserved_minor=F("reserved_minor") + amount.minor)
    if not got:
        raise ExceedsCaptured(Payment.objects.get(pk=payment_id), amount)


def release(payment_id: int, amount: Money) -> None:
    """Give back `amount` that a refund had reserved and will not be paid. Raises NotReserved."""
    given = Payment.objects.filter(
        pk=payment_id, currency=amount.currency, reserved_minor__gte=amount.minor
    ).update(reserved_minor=F("reserved_minor") - amount.minor)
    if not given:
        raise NotReserved(Payment.objects.get(pk=payment_id), amount)
