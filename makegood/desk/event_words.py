"""Events in words: the sentence, what was before and after it, and what else was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.template.defaultfilters import yesno
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from makegood.accounts.roles import LIMITED, RIGHTS, ROLE_NAMES, Right, Role
from makegood.audit.actions import SENTENCES, Action
from makegood.audit.models import Event
from makegood.desk import defect_words, money_words, standing

LIMITS: dict[str, Promise] = {"limit": _("One order"), "day_limit": _("One day")}
_STATES: dict[str, Mapping[Any, Promise]] = {
    "refundrequest": standing.STATES,
    "refund": money_words.STATES,
    "defect": defect_words.STATES,
}
NO_LIMIT = _("no limit")
ACTORS: dict[str, Promise] = {
    "member": _("Customer"),
    "staff": _("Desk"),
    "system": _("the system by itself"),
}


@dataclass(frozen=True)
class Fact:
    """One thing an event recorded; `before` None where nothing was there before."""

    label: str | Promise
    before: str | Promise | None
    now: str | Promise


@dataclass(frozen=True)
class Told:
    """An event with `actor_name` (empty for the system), its sentence and its facts."""

    event: Any
    sentence: str
    facts: list[Fact]

    @property
    def side(self) -> str | Promise:
        """Whose side acted: a customer's, the desk's, or nobody's."""
        side: str | Promise = ACTORS.get(self.event.actor_kind, self.event.actor_kind)
        return side


def told(events: Iterable[Event]) -> list[Told]:
    """The same events in words."""
    return [Told(event, sentence_of(event), facts_of(event)) for event in events]


def sentence_of(event: Event) -> str:
    """Its sentence, with the name of a role where its code was recorded."""
    role = event.details.get("role")
    return event.sentence_with({"role": ROLE_NAMES[Role(role)]} if role in set(Role) else {})


def facts_of(event: Event) -> list[Fact]:
    """What was recorded and is not in the sentence, in the order of its names."""
    kept, spoken = event.details, _spoken(event)
    facts = []
    if {"from", "to"} <= set(kept):
        before, now = (_state(event.subject_kind, kept[name]) for name in ("from", "to"))
        facts.append(Fact(_("Where it stood"), before, now))
    for name in sorted(set(kept) - spoken - {"from", "to"} - _without_meaning(kept.get("role"))):
        if name in LIMITS:
            before = f"{name}_before"
            was = _limit(kept[before]) if before in kept and kept[before] != kept[name] else None
            facts.append(Fact(LIMITS[name], was, _limit(kept[name])))
        elif name.removesuffix("_before") not in LIMITS:
            facts.append(Fact(name.replace("_", " "), None, _plain(kept[name])))
        elif name.removesuffix("_before") not in kept:
            facts.append(Fact(LIMITS[name.removesuffix("_before")], _limit(kept[name]), "–"))
    return facts


def _without_meaning(role: object) -> set[str]:
    """The limits that a role has no use for."""
    if role not in set(Role):
        return set()
    held = Role(str(role))
    idle = set() if held in LIMITED else {"limit"}
    if Right.DECIDE not in RIGHTS[held]:
        idle.add("day_limit")
    return idle | {f"{name}_before" for name in idle}


def _spoken(event: Event) -> set[str]:
    sentence = str(SENTENCES[Action(event.action)])
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}


def _state(kind: str, kept: object) -> str | Promise:
    """A state as the desk says it; of what the desk has no words for, and of a merged one, as it was kept."""
    words: Mapping[Any, Promise] = _STATES.get(kind, {})
    return words.get(kept, str(kept))


def _limit(kept: object) -> str | Promise:
    return NO_LIMIT if kept is None else str(kept)


def _plain(kept: object) -> str:
    if isinstance(kept, list):
        return ", ".join(map(str, kept))
    if isinstance(kept, bool):
        return str(yesno(kept, gettext("yes,no")))
    return "–" if kept is None or kept == "" else str(kept)
