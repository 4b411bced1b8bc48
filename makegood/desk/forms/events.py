"""Looking for events: who, what, about what, and when; each may be left open."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from string import Formatter
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.audit.actions import SENTENCES, Action
from makegood.audit.finding import THE_SYSTEM, Wanted
from makegood.desk.event_objects import KINDS, about
from makegood.desk.forms.days import DayField

GROUPS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "requests": (gettext_lazy("Refund requests"), ("refund_request", "bulk_action")),
    "money": (
        gettext_lazy("Money"),
        ("refund", "provider", "transfers", "dispute", "breaker", "books", "effect"),
    ),
    "defects": (gettext_lazy("Defects"), ("defect",)),
    "policy": (gettext_lazy("Policy"), ("policy", "statute")),
    "people": (gettext_lazy("People and accounts"), ("role", "account", "work", "events", "report")),
    "settings": (gettext_lazy("Settings of the desk"), ("calendar", "prepared_reply", "settings")),
    "sales": (
        gettext_lazy("Orders, trials, downloads"),
        ("orders", "usage", "given", "product", "trial", "trial_usage", "release"),
    ),
    "letters": (gettext_lazy("Letters"), ("letter",)),
}
"""Actions by the first part of their names. One that is in no group is found by its name alone."""
LONGEST = 254


def actions_of(group: str) -> list[Action]:
    """The actions of a group, in the order in which they are known."""
    return [action for action in Action if action.partition(".")[0] in GROUPS[group][1]]


class EventsForm(forms.Form):
    """A filter of the events. What is no choice of a list is none: an old link goes on working."""

    who = forms.CharField(label=gettext_lazy("Who did it"), required=False)
    what = forms.CharField(label=gettext_lazy("What happened"), required=False)
    kind = forms.CharField(label=gettext_lazy("To what"), required=False)
    which = forms.CharField(
        label=gettext_lazy("Which one: reference, number, version or address"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "data-shortcut": "/"}),
    )
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until"))

    def __init__(self, typed: Any, *, people: list[tuple[int, str]]) -> None:
        super().__init__(typed)
        anyone: list[tuple[str, Any]] = [("", _("anybody")), (str(THE_SYSTEM), _("the system by itself"))]
        self._offered: dict[str, list[tuple[str, Any]]] = {
            "who": [*anyone, *((str(key), name) for key, name in people)],
            "what": [("", _("anything")), *_whats()],
            "kind": [("", _("anything")), *KINDS.items()],
        }
        for name, choices in self._offered.items():
            self.fields[name].widget = forms.Select(choices=choices)

    def clean(self) -> dict[str, Any]:
        """The object is there, and the period begins before its end."""
        told = super().clean() or {}
        for name in self._offered:
            if told.get(name) not in set(self._values(name)):
                told[name] = ""
        told["about"] = None
        if told.get("which"):
            told["about"] = about(told["kind"], told["which"])
            if told["about"] is None:
                self.add_error(
                    "which",
                    _("There is none of this kind like this.")
                    if told["kind"]
                    else _("There is nothing like this."),
                )
        elif told["kind"] and "which" not in self.errors:
            self.add_error("which", _("Please say which one, or choose “anything”."))
        if told.get("since") and told.get("until") and told["since"] > told["until"]:
            self.add_error("until", _("The last day is before the first."))
        return told

    def _values(self, name: str) -> list[str]:
        flat: list[str] = []
        for value, label in self._offered[name]:
            flat += [each for each, _label in label] if isinstance(label, list) else [value]
        return flat

    @property
    def wanted(self) -> Wanted:
        """The filter, once it is valid; its days are those of the active time zone."""
        told = self.cleaned_data
        return Wanted(
            actions=_actions(told["what"]),
            actor=int(told["who"]) if told["who"] else None,
            about=told["about"],
            since=_midnight(told["since"], 0),
            until=_midnight(told["until"], 1),
        )

    @property
    def query(self) -> dict[str, str]:
        """What was typed, for the address of the next page."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


def _actions(what: str) -> list[Action] | None:
    if not what:
        return None
    return actions_of(what) if what in GROUPS else [Action(what)]


def _midnight(day: Any, days: int) -> datetime | None:
    zone = timezone.get_current_timezone()
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=zone) if day else None


def _whats() -> list[tuple[Any, list[tuple[str, str]]]]:
    return [
        (label, [(group, _("{group}: all").format(group=label)), *map(_choice, actions_of(group))])
        for group, (label, _prefixes) in GROUPS.items()
    ]


def _choice(action: Action) -> tuple[str, str]:
    """The sentence of the action, with a dash where it names something."""
    parts = Formatter().parse(str(SENTENCES[action]))
    return action.value, "".join(text + ("…" if name else "") for text, name, _spec, _conversion in parts)
