"""A list as people write it: one item on each line, and the parts of an item with semicolons between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from makegood.policy import Fact, FactError, Kind
from makegood.policy.facts import coerce

EXAMPLES = {
    Kind.DATE: "2026-11-23",
    Kind.MONEY: "79.00",
    Kind.NUMBER: "12",
    Kind.YES_NO: "yes",
    Kind.MOMENT: "2026-11-23T14:30+02:00",
}


class ListField(forms.CharField):
    """The items of a list; cleaned, they are JSON as the policy reads it, [] when nothing was written."""

    def __init__(self, question: Fact) -> None:
        super().__init__(widget=forms.Textarea({"rows": 4}), max_length=20_000)
        self.question = question

    def clean(self, value: Any) -> Any:
        """The items. Refuses what the policy cannot read."""
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        items = [self._item(line) for line in lines]
        try:
            coerce(self.question, items, ZoneInfo("UTC"))
        except FactError:
            raise forms.ValidationError(self._wrong()) from None
        return items

    def _item(self, line: str) -> object:
        if "" in self.question.fields:
            return line
        parts = [part.strip() for part in line.split(";")]
        if len(parts) != len(self.question.fields):
            raise forms.ValidationError(self._wrong())
        return dict(zip(self.question.fields, parts, strict=True))

    def _wrong(self) -> str:
        example = "; ".join(EXAMPLES.get(kind, name or "abc") for name, kind in self.question.fields.items())
        return _("Please write one on each line, such as: {example}").format(example=example)


def lines_of(question: Fact, items: Iterable[object]) -> list[str]:
    """The lines that `ListField` read as these items; PostgreSQL keeps no order of the parts of one."""
    return [
        "; ".join(str(item.get(name, "")) for name in question.fields)
        if isinstance(item, Mapping)
        else str(item)
        for item in items
    ]
