"""Where a defect stands, in the words of the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.defects.states import State

STATES: dict[State, Promise] = {
    State.REPORTED: _("reported, not looked at yet"),
    State.REPRODUCED: _("reproduced"),
    State.NOT_REPRODUCED: _("could not be reproduced"),
    State.FIXED: _("fixed"),
    State.CANNOT_BE_FIXED: _("cannot be fixed"),
}
MARKS = {
    State.REPORTED: "open",
    State.REPRODUCED: "open",
    State.NOT_REPRODUCED: "unmet",
    State.FIXED: "met",
    State.CANNOT_BE_FIXED: "unmet",
}


def state_words(state: str) -> str:
    """The state as the desk says it."""
    return str(STATES[State(state)])


def mark(state: str) -> str:
    """The mark beside it: met, unmet or open."""
    return MARKS[State(state)]
