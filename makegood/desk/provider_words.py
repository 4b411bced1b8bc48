"""What a payment provider promises, in sentences that the desk reads."""

from __future__ import annotations

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.refunds.connected import Promises

HOUR = timedelta(hours=1)
IN_WORDS: dict[str, Promise] = {
    "manual": gettext_lazy("By hand"),
    "sandbox": gettext_lazy("Sandbox, to try it"),
    "sepa": gettext_lazy("SEPA transfer"),
}
"""Those whose name is no name of a company."""

COMPANIES = {"2checkout": "2Checkout", "paypal": "PayPal", "stripe": "Stripe"}


def name_in_words(name: str) -> str:
    """What people call the provider of this name."""
    return str(IN_WORDS[name]) if name in IN_WORDS else COMPANIES.get(name, name)


def promises_in_words(promises: Promises) -> list[str]:
    """One sentence for each promise, and for each that is missing where the desk has more to do for it."""
    return [
        _repeating(promises),
        *([_("A repeated call gets the first answer again, even an error.")] * promises.remembers_errors),
        _("Can be asked what became of a refund.")
        if promises.can_look_up
        else _("Cannot be asked what became of a refund: a person finds out."),
        _("Accepting a refund is not paying it: the end is told later.")
        if promises.final_is_async
        else _("Its answer is final."),
        _age(promises.max_refund_age),
        _("Refuses to refund more than was paid.")
        if promises.caps_total
        else _("Does not know what was paid: only this desk refuses to refund more."),
    ]


def _repeating(promises: Promises) -> str:
    hours = promises.key_window // HOUR
    if not hours:
        return _("Does not recognise a repeated call, so none is repeated without a person.")
    return ngettext(
        "Recognises a repeated call for {n} hour, so nothing is paid twice.",
        "Recognises a repeated call for {n} hours, so nothing is paid twice.",
        hours,
    ).format(n=hours)


def _age(oldest: timedelta | None) -> str:
    if oldest is None:
        return _("States no limit to the age of a payment.")
    return ngettext(
        "Refunds payments that are up to {n} day old.",
        "Refunds payments that are up to {n} days old.",
        oldest.days,
    ).format(n=oldest.days)
