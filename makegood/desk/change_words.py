"""The kinds of change between two policies, in the words of the desk; proofs know them in English only."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHANGES: dict[str, Promise] = {
    "was refunded, now refused": _("was refunded, now refused"),
    "was refunded, now left to a person": _("was refunded, now left to a person"),
    "was refused, now refunded": _("was refused, now refunded"),
    "was refused, now left to a person": _("was refused, now left to a person"),
    "was left to a person, now refunded": _("was left to a person, now refunded"),
    "was left to a person, now refused": _("was left to a person, now refused"),
    "was refunded, now something more must be told first": _(
        "was refunded, now something more must be told first"
    ),
    "something had to be told first, now refunded without it": _(
        "something had to be told first, now refunded without it"
    ),
    "less money": _("less money"),
    "more money": _("more money"),
    "the same money another way": _("the same money another way"),
}
