"""Which of our records are wrong, what is right, and why: a control for each fact by its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.members.forms.questions import SeveralFiles, answer_as_json, answer_as_typed, field_for
from makegood.policy import Fact, FactError, Kind, Policy, Source
from makegood.policy.facts import coerce
from makegood.refund_requests import policies
from makegood.refund_requests.disputes import LEAST_WHY, Said
from makegood.refund_requests.facts import PURCHASED_ON
from makegood.refund_requests.models import PolicyVersion

MAX_WHY = 2_000
NOT_SAID = gettext_lazy("Please say what is right.")
NO_REASON = gettext_lazy("Please tell in a sentence how you know.")
PICTURES = "pictures"


@dataclass(frozen=True)
class Record:
    """A fact that may be disputed: its value as the policy reads it, and in words."""

    fact: Fact
    value: Any
    words: str


class FactsForm(forms.Form):
    """For each of `records` what the member says is right, and why; both blank: the record is right.

    `said` is what was told before; `policy` and `versions` judge what a value means. Once validated, the
    attribute `said` is what was typed and can be read, also what still lacks its other half.
    """

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        records: Sequence[Record],
        said: Said,
        policy: Policy,
        versions: Sequence[PolicyVersion],
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.records, self.policy, self.versions = records, policy, versions
        self.said: dict[str, dict[str, object]] = {}
        for record in records:
            self._ask(record, said.get(record.fact.name, {}), currency)
        self.fields[PICTURES] = SeveralFiles(
            required=all(record.fact.source is Source.ORDER for record in records),
            label=gettext_lazy("Pictures that show it"),
            help_text=gettext_lazy("Such as the invoice, or the line of your bank statement."),
        )

    def _ask(self, record: Record, told: Any, currency: str) -> None:
        says = field_for(record.fact, currency)
        alone = len(self.records) == 1
        says.label, says.required = _("What is right?"), alone
        says.error_messages["required"] = NOT_SAID
        says.initial = answer_as_typed(record.fact, told.get("says"))
        if record.fact.kind in (Kind.NUMBER, Kind.MONEY):
            says.validators.append(MinValueValidator(0, _("This cannot be less than 0.")))
        self.fields[_says(record)] = says
        self.fields[_why(record)] = forms.CharField(
            label=_("How do you know?"),
            help_text=_("A sentence or two. It is read by the person who looks into it."),
            max_length=MAX_WHY,
            required=alone,
            error_messages={"required": NO_REASON},
            widget=forms.Textarea({"rows": 3}),
            initial=told.get("why"),
        )

    @property
    def rows(self) -> Iterator[tuple[Record, forms.BoundField, forms.BoundField]]:
        """Each record with its two fields, for the page."""
        for record in self.records:
            yield record, self[_says(record)], self[_why(record)]

    @property
    def pictures(self) -> forms.BoundField:
        """The field of the pictures."""
        return self[PICTURES]

    def clean(self) -> dict[str, Any]:
        """What is said of a record has a value that differs from it and a reason; one of them is disputed."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        self.said = self._readable()  # first, for what has an error is no longer in `cleaned_data`
        for record in self.records:
            self._check(record)
        if not self.errors and not self.said:
            raise forms.ValidationError(_("Please say what is right of at least one of these facts."))
        return told

    def _check(self, record: Record) -> None:
        says, why = self._typed(record)
        if _says(record) in self.errors or (says is None and not why):
            return
        if says is None:
            self.add_error(_says(record), NOT_SAID)
        elif problem := self._problem(record, says):
            self.add_error(_says(record), problem)
            self.said[record.fact.name]["says"] = None  # the policy cannot be asked about it
        if len(why) < LEAST_WHY and _why(record) not in self.errors:
            self.add_error(_why(record), NO_REASON)

    def _problem(self, record: Record, says: object) -> str:
        """Why the record cannot be so; "" when it can."""
        try:
            value = coerce(record.fact, says, self.policy.zone)
        except FactError:
            return _("We cannot read this. Please write it as our record is written.")
        if value == record.value:
            return _("This is what our records say too.")
        if isinstance(value, date):
            return self._day_problem(record, value)
        return ""

    def _day_problem(self, record: Record, value: date) -> str:
        day = value.astimezone(self.policy.zone).date() if isinstance(value, datetime) else value
        if day > timezone.now().astimezone(self.policy.zone).date():
            return _("This day is still to come.")
        if record.fact.name == PURCHASED_ON:
            try:
                policies.in_force_on(day, among=self.versions)
            except policies.NoPolicyInForce:
                return _("There was no refund policy for a purchase on this day.")
        return ""

    def _typed(self, record: Record) -> tuple[object, str]:
        says = self.cleaned_data.get(_says(record))
        return None if says == "" else says, str(self.cleaned_data.get(_why(record)) or "").strip()

    def _readable(self) -> dict[str, dict[str, object]]:
        said: dict[str, dict[str, object]] = {}
        for record in self.records:
            says, why = self._typed(record)
            kept = {"says": None if says is None else answer_as_json(says), "why": why}
            if any(kept.values()) or isinstance(says, bool | Decimal):
                said[record.fact.name] = kept
        return said


def _says(record: Record) -> str:
    return f"says_{record.fact.name}"


def _why(record: Record) -> str:
    return f"why_{record.fact.name}"
