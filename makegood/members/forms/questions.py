"""The questions of the policy as a form: a field for each kind of fact, whatever the document asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import number_in_words
from makegood.members.forms.lists import ListField, lines_of
from makegood.policy import Fact, Kind
from makegood.refund_requests.evidence.cleaning import EXTENSIONS, MAX_BYTES
from makegood.refund_requests.evidence.keeping import MAX_FILES

MAX_LENGTH = 20_000
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class SeveralFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002  # as Django calls it
        """Every file sent under the name."""
        return files.getlist(name)


class SeveralFiles(forms.FileField):
    """The files chosen, as a list; they are looked into when they are kept, not here."""

    widget = SeveralFilesInput({"multiple": True, "accept": ",".join(EXTENSIONS)})

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002  # as Django calls it
        """Every file that was sent, empty ones too: their refusal has words of its own."""
        return list(data or [])


class QuestionsForm(forms.Form):
    """Asks `questions`; `answers` is what was told before, as JSON, and `currency` that of the order."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Fact],
        answers: Mapping[str, object],
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {q.name: answer_as_typed(q, answers.get(q.name)) for q in questions})
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.name] = field_for(question, currency)

    @property
    def told(self) -> dict[str, object]:
        """The valid answers as JSON: fact → text, yes/no or None for blank; files are not among them."""
        wrong = set(self.errors)
        blank = {name: None for name in wrong if not str(self.data.get(name, "-")).strip()}
        valid = {name: answer_as_json(value) for name, value in self.cleaned_data.items()}
        return {name: told for name, told in (blank | valid).items() if name != self.files_field}

    @property
    def is_well_formed(self) -> bool:
        """Whether everything that was typed so far could be kept; what is blank may still come."""
        return all(not str(self.data.get(name, "")).strip() for name in self.errors)

    def keep_errors_of(self, *names: str) -> None:
        """Forget the errors of all other fields: the member is not done with them yet, or not asked them."""
        for other in set(self.errors) - set(names):
            del self.errors[other]

    @property
    def files_field(self) -> str:
        """The name of the field for pictures; empty when none are asked for."""
        return next((question.name for question in self.questions if question.kind is Kind.FILES), "")


def field_for(question: Fact, currency: str) -> forms.Field:
    """The field of a question, by its kind; `currency` is that of the order, where it is known."""
    field = _FIELDS[question.kind](question)
    field.label = question.question
    field.help_text = question.hint
    field.required = question.if_missing is None
    field.error_messages["required"] = _("Please answer “{question}”").format(question=question.question)
    if question.kind is Kind.MONEY and currency:
        in_currency = _("In {currency}.").format(currency=currency)
        field.help_text = f"{question.hint} {in_currency}".strip()
    if question.kind is Kind.FILES:
        field.help_text = f"{question.hint} {files_hint()}".strip()
    return field


def _text(question: Fact) -> forms.Field:
    field = forms.CharField(widget=forms.Textarea({"rows": 4}), strip=False)
    too_long = _("Please keep this answer within {count} characters.").format(
        count=number_in_words(MAX_LENGTH)
    )
    field.validators.append(MaxLengthValidator(MAX_LENGTH, too_long))
    return field


def _yes_no(question: Fact) -> forms.Field:
    return forms.TypedChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        error_messages={"invalid_choice": _("Please choose yes or no.")},
    )


def _number(question: Fact) -> forms.Field:
    wrong = _("Please give a number, such as 12 or 12.5.")
    return forms.DecimalField(max_digits=20, error_messages={"invalid": wrong})


def _date(question: Fact) -> forms.Field:
    wrong = _("Please give a date, such as 2026-11-23.")
    return forms.DateField(
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), error_messages={"invalid": wrong}
    )


def _list(question: Fact) -> forms.Field:
    return ListField(question)


def _moment(question: Fact) -> forms.Field:
    wrong = _("Please give a date and a time, such as 2026-11-23 14:30.")
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, error_messages={"invalid": wrong})


def _choice(question: Fact) -> forms.Field:
    words = [(choice, question.label_of(choice)) for choice in question.choices]
    wrong = _("Please choose one of the answers.")
    return forms.ChoiceField(
        choices=words, widget=forms.RadioSelect, error_messages={"invalid_choice": wrong}
    )


def _currency(question: Fact) -> forms.Field:
    wrong = _("Please give the three letters of a currency, such as USD.")
    return forms.CharField(max_length=3, validators=[RegexValidator("^[A-Z]{3}$", wrong)])


def _files(question: Fact) -> forms.Field:
    return SeveralFiles(required=False)


def files_hint() -> str:
    """Which files are taken: kinds, size and number."""
    return _("PNG, JPEG, WebP or PDF, up to {megabytes} MB each and {files} in all.").format(
        megabytes=MAX_BYTES // 1024**2, files=MAX_FILES
    )


_FIELDS = {
    Kind.TEXT: _text,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.CHOICE: _choice,
    Kind.CURRENCY: _currency,
    Kind.FILES: _files,
    Kind.LIST: _list,
}


def answer_as_json(value: object) -> object:
    """A valid answer as JSON: numbers and dates are text."""
    if isinstance(value, Decimal | date):
        return value.isoformat() if isinstance(value, date) else str(value)
    return value.strip() if isinstance(value, str) else value


def answer_as_typed(question: Fact, told: object) -> object:
    """An answer told before, as its field shows it."""
    if isinstance(told, bool):
        return "yes" if told else "no"
    if question.kind is Kind.LIST and isinstance(told, list):
        return "\n".join(lines_of(question, told))
    if question.kind is Kind.MOMENT and isinstance(told, str):
        return timezone.localtime(datetime.fromisoformat(told)).replace(tzinfo=None)
    return told


def answer_in_words(question: Fact, told: object) -> str:
    """An answer as it is read back before sending; blank when nothing was told."""
    if isinstance(told, bool):
        return _("Yes") if told else _("No")
    if told is None:
        return ""
    if question.kind is Kind.LIST and isinstance(told, list):
        return "\n".join(lines_of(question, told))
    if question.kind is Kind.CHOICE:
        return question.label_of(str(told))
    return str(told)
