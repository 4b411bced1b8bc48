"""What a refund changes at the shop, and how far that is, in the words of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import day_in_words
from makegood.effects.chains import Made
from makegood.effects.deciding import Fate
from makegood.effects.foreseeing import Foreseen
from makegood.effects.models import Effect
from makegood.effects.shop import Shop
from makegood.effects.states import Kind, State

WHAT: dict[Kind, Promise] = {
    Kind.LICENCE_ENDED: gettext_lazy("The licence or service ends"),
    Kind.LICENCE_GIVEN_BACK: gettext_lazy("The licence or service is given back"),
    Kind.END_MOVED_BACK: gettext_lazy("It ends one term earlier"),
    Kind.END_MOVED_FORWARD: gettext_lazy("It ends one term later again"),
    Kind.AUTO_RENEWAL_OFF: gettext_lazy("Automatic renewal is switched off"),
    Kind.AUTO_RENEWAL_ON: gettext_lazy("Automatic renewal is switched on again"),
}
STATES: dict[State, Promise] = {
    State.UNCLEAR: gettext_lazy("the new end is not known"),
    State.PLANNED: gettext_lazy("the shop is being told"),
    State.SENT: gettext_lazy("the shop has it"),
    State.CONFIRMED: gettext_lazy("done"),
    State.REFUSED: gettext_lazy("the shop refused"),
    State.UNDELIVERED: gettext_lazy("the shop was not reached"),
    State.REVERSED: gettext_lazy("taken back"),
}
MARKS = {
    State.CONFIRMED: "met",
    State.REFUSED: "unmet",
    State.UNDELIVERED: "unmet",
    State.UNCLEAR: "open",
}
FATES: dict[Fate, Promise] = {
    Fate.ENDS: gettext_lazy("When this is paid, the licence or service ends."),
    Fate.ONE_TERM_LESS: gettext_lazy("When this is paid, it ends one term earlier and is kept until then."),
    Fate.KEPT: gettext_lazy("The customer keeps the licence or service."),
    Fate.KEPT_WITH_THE_OTHER: gettext_lazy("It is the licence of the other order, so the customer keeps it."),
}


def what_words(effect: Effect | Made) -> str:
    """What changes, with the days where they are known."""
    if effect.kind in (Kind.END_MOVED_BACK, Kind.END_MOVED_FORWARD) and effect.becomes:
        said = _("It ends on {becomes}, not on {was}") if effect.was else _("It ends on {becomes}")
        return said.format(becomes=_day(effect.becomes), was=_day(effect.was) if effect.was else "")
    return str(WHAT[Kind(effect.kind)])


def state_words(effect: Effect | Made) -> str:
    """How far it is."""
    if effect.state == State.PLANNED and not (_shop().is_told or _shop().asks):
        return _("to be done by hand")
    return str(STATES[State(effect.state)])


def next_words(effect: Effect | Made) -> str:
    """What a person can do about it; empty when it goes on by itself or is over."""
    by_hand = _("Do it at the shop, then say here that it is done.")
    if effect.state == State.PLANNED:
        return "" if _shop().is_told or _shop().asks else by_hand
    return {
        State.UNCLEAR: _("Our records do not tell when it ends now: look at the shop, and say the day."),
        State.REFUSED: _("Find out why, then tell the shop again, or do it there by hand."),
        State.UNDELIVERED: _("Tell the shop again, or do it there by hand."),
    }.get(State(effect.state), "")


def effect_row(effect: Effect | Made) -> dict[str, object]:
    """An effect in a list: itself, what changes, how far that is, the mark, and what a person can do."""
    return {
        "effect": effect,
        "what": what_words(effect),
        "words": state_words(effect),
        "mark": MARKS.get(State(effect.state), ""),
        "next": next_words(effect),
    }


def at_the_shop(foreseen: Iterable[Foreseen]) -> list[dict[str, object]]:
    """What the refunds do to licences: each effect as `effect_row`; before there are any, `what` alone."""
    rows: list[dict[str, object]] = []
    for one in foreseen:
        rows += [effect_row(effect) for effect in one.made] or [
            {"what": words} for words in _foreseen_words(one)
        ]
    return rows


def _foreseen_words(foreseen: Foreseen) -> list[str]:
    if foreseen.is_paid and foreseen.fate not in (Fate.KEPT, Fate.KEPT_WITH_THE_OTHER):
        return []  # it is being written down in this moment
    words = [str(FATES[foreseen.fate])]
    return [*words, str(WHAT[Kind.AUTO_RENEWAL_OFF])] if foreseen.stops_renewing else words


def _day(value: str) -> str:
    return day_in_words(date.fromisoformat(value))


def _shop() -> Shop:
    shop: Shop = settings.MAKEGOOD_SHOP
    return shop
