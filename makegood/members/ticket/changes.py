"""What a refund changes for what the member bought, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from makegood.effects.deciding import Fate
from makegood.effects.foreseeing import Foreseen


def changes_of(foreseen: Foreseen | None) -> list[str]:
    """The sentences for one order; none where no money is given for it."""
    return list(_sentences(foreseen)) if foreseen else []


def _sentences(foreseen: Foreseen) -> Iterator[str]:
    if foreseen.was_given_back:
        yield _stays(foreseen)
        return
    yield {
        Fate.ENDS: _ends,
        Fate.KEPT: _stays,
        Fate.KEPT_WITH_THE_OTHER: _stays,
        Fate.ONE_TERM_LESS: _one_term_less,
    }[foreseen.fate](foreseen)
    if foreseen.leaves_another:
        yield _("Your other order stays as it is.")
    if foreseen.stops_renewing:
        yield (
            _("Automatic renewal is switched off, so you are not charged again.")
            if foreseen.is_paid
            else _("Automatic renewal is switched off when the refund is paid.")
        )


def _ends(foreseen: Foreseen) -> str:
    if foreseen.is_paid:
        software = _("Your licence has ended with the refund.")
        service = _("Your service has ended with the refund.")
    else:
        software = _("Your licence ends when the refund is paid.")
        service = _("Your service ends when the refund is paid.")
    return software if foreseen.is_software else service


def _stays(foreseen: Foreseen) -> str:
    return _("Your licence stays.") if foreseen.is_software else _("Your service stays.")


def _one_term_less(foreseen: Foreseen) -> str:
    if foreseen.is_paid:
        return _("It ends one term earlier: the term that we refunded.")
    return _("When the refund is paid, it ends one term earlier: the term that we refund.")
