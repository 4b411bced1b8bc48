"""What a difference is and what to do about it, in sentences for finance."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import amount_in_words, moment_in_words
from makegood.books.models import Difference, DifferenceKind
from makegood.refunds.reports import LineKind

MOVEMENTS: dict[LineKind, Promise] = {
    LineKind.REFUND: gettext_lazy("refund"),
    LineKind.RETURNED: gettext_lazy("returned refund"),
    LineKind.DISPUTE: gettext_lazy("dispute"),
    LineKind.DISPUTE_RETURNED: gettext_lazy("dispute that was won"),
}

ACCOUNTS: dict[str, Promise] = {
    "refunds_given": gettext_lazy("Refunds we gave"),
    "refunds_owed": gettext_lazy("Refunds we owe"),
    "disputes_open": gettext_lazy("Taken by banks, not decided"),
    "disputes_lost": gettext_lazy("Lost in disputes"),
    "provider": gettext_lazy("Paid from our balance at {provider}"),
    "fee": gettext_lazy("Fees kept by {provider}"),
}

WRONG: dict[DifferenceKind, Promise] = {
    DifferenceKind.UNKNOWN: gettext_lazy(
        "The report has a movement of {reported} on {reported_at} that this desk does not know ({movement})."
    ),
    DifferenceKind.MISSING: gettext_lazy(
        "Our books have a movement of {ours} on {ours_at} that no report tells ({movement})."
    ),
    DifferenceKind.AMOUNT: gettext_lazy("The report says {reported}, our books say {ours} ({movement})."),
    DifferenceKind.CURRENCY: gettext_lazy(
        "The report says {reported}, our books say {ours}, in another currency ({movement})."
    ),
    DifferenceKind.TWICE: gettext_lazy("The report has the movement of {reported} twice ({movement})."),
    DifferenceKind.NOT_PAID_HERE: gettext_lazy(
        "The report says that {reported} left on {reported_at}; our books hold it as not paid ({movement})."
    ),
    DifferenceKind.RETURNED_THERE: gettext_lazy(
        "The report says that {reported} came back on {reported_at}; in our books it did not ({movement})."
    ),
    DifferenceKind.FEE: gettext_lazy(
        "The report says a fee of {reported}, our books say {ours} ({movement})."
    ),
    DifferenceKind.DAY: gettext_lazy(
        "The report says {reported_at}, our books say {ours_at}, which is days apart ({movement})."
    ),
    DifferenceKind.CHARGE: gettext_lazy(
        "The report names the charge {charge}, which is not the one this refund belongs to ({movement})."
    ),
}

TO_DO: dict[DifferenceKind, Promise] = {
    DifferenceKind.UNKNOWN: gettext_lazy(
        "Look the number up at the provider. If somebody refunded it there by hand, confirm it under Money "
        "as soon as it is found; otherwise ask the provider."
    ),
    DifferenceKind.MISSING: gettext_lazy(
        "Look it up at the provider. If a report of those days is missing, take it in; if the money did not "
        "move there, ask the provider why."
    ),
    DifferenceKind.AMOUNT: gettext_lazy(
        "Compare it at the provider. If it paid too much or too little, ask the provider to correct it."
    ),
    DifferenceKind.CURRENCY: gettext_lazy(
        "Compare it at the provider. A refund goes back in the currency of its payment; ask the provider why "
        "this one did not."
    ),
    DifferenceKind.TWICE: gettext_lazy(
        "Look at the provider whether the money left twice. If so, ask for one of the two back; if only the "
        "report repeats it, settle this with a note."
    ),
    DifferenceKind.NOT_PAID_HERE: gettext_lazy(
        "Do not pay it again. Look it up at the provider: if it was paid, this desk hears so when it next "
        "compares the payment; if not, the provider must correct its report."
    ),
    DifferenceKind.RETURNED_THERE: gettext_lazy(
        "Look it up at the provider: if it came back, this desk hears so when it next compares the payment, "
        "and you decide how the customer gets it; if not, the provider must correct its report."
    ),
    DifferenceKind.FEE: gettext_lazy(
        "Compare the fee at the provider. Fees are booked once; correct the rest in your accounting."
    ),
    DifferenceKind.DAY: gettext_lazy(
        "Look at the provider when it was paid. If only the clocks differ, settle this with a note."
    ),
    DifferenceKind.CHARGE: gettext_lazy(
        "Look at the provider which payment the money was taken from, and tell the provider if it is wrong."
    ),
}


def account_in_words(account: str, *, called: Callable[[str], str]) -> str:
    """An account of our books, as people say it; `called` gives the name of a provider."""
    kind, _colon, provider = account.partition(":")
    return str(ACCOUNTS[kind]).format(provider=called(provider)) if kind in ACCOUNTS else account


def what_is_wrong(difference: Difference) -> str:
    """One sentence with both sides' words."""
    reported, ours = difference.reported, difference.ours
    nothing = _("nothing")
    return str(WRONG[DifferenceKind(difference.kind)]).format(
        reported=amount_in_words(reported) if reported else nothing,
        ours=amount_in_words(ours) if ours else nothing,
        reported_at=moment_in_words(difference.reported_at) if difference.reported_at else nothing,
        ours_at=moment_in_words(difference.ours_at) if difference.ours_at else nothing,
        movement=_movement(difference),
        charge=difference.charge_id,
    )


def what_to_do(difference: Difference) -> str:
    """What a person does about it."""
    return str(TO_DO[DifferenceKind(difference.kind)])


def _movement(difference: Difference) -> str:
    kind = str(MOVEMENTS[LineKind(difference.movement)])
    return f"{kind} {difference.provider_refund_id}".strip()
