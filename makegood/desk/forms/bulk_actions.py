"""What is done with many requests at once, and which requests these are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from makegood.bulk_actions.models import Kind
from makegood.bulk_actions.work import Work
from makegood.defects.models import Defect
from makegood.desk.defect_words import state_words
from makegood.refund_requests.conversation import MAX_LENGTH
from makegood.refund_requests.models import PreparedReply

NOT_ONE = _("Please choose one of the list.")


class BulkActionForm(forms.Form):
    """The choice of `kind` says which of the other fields is read."""

    kind = forms.ChoiceField(
        label=_("What to do with each of them"),
        choices=Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what to do."), "invalid_choice": NOT_ONE},
    )
    reply = forms.ChoiceField(
        label=_("Prepared reply"), required=False, error_messages={"invalid_choice": NOT_ONE}
    )
    words = forms.CharField(
        label=_("Or in your own words"),
        help_text=_(
            "For a message, the placeholders of prepared replies work here, too, such as {first_name}."
        ),
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
    )
    defect = forms.ChoiceField(
        label=_("Defect"),
        help_text=_("Those that the engineers have not answered, and those with a fix to try."),
        required=False,
        error_messages={"invalid_choice": NOT_ONE},
    )

    def __init__(
        self, *args: Any, replies: Sequence[PreparedReply], defects: Sequence[Defect], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.replies = {str(reply.pk): reply for reply in replies}
        self.defects = {str(defect.pk): defect for defect in defects}
        for name, choices in (
            ("reply", [(key, str(reply)) for key, reply in self.replies.items()]),
            ("defect", [(key, _label(defect)) for key, defect in self.defects.items()]),
        ):
            self.fields[name].choices = [("", _("none")), *choices]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """What the kind needs is there, and a message has one text, not two."""
        told = super().clean() or {}
        kind, words, reply = (told.get(name, "") for name in ("kind", "words", "reply"))
        if kind == Kind.LINK and not told.get("defect") and "defect" not in self.errors:
            self.add_error("defect", _("Please choose the defect."))
        if kind == Kind.NOTE and not words.strip():
            self.add_error("words", _("Please write the note."))
        if kind == Kind.MESSAGE and not (words.strip() or reply):
            self.add_error("words", _("Please choose a prepared reply, or write the message."))
        if kind == Kind.MESSAGE and words.strip() and reply:
            self.add_error("words", _("Please choose a prepared reply or write the message, not both."))
        return told

    @property
    def work(self) -> Work:
        """What the valid form asks for."""
        told = self.cleaned_data
        kind = Kind(told["kind"])
        if kind == Kind.LINK:
            return Work(kind, defect=self.defects[told["defect"]])
        if kind == Kind.NOTE:
            return Work(kind, body=told["words"])
        if kind == Kind.MESSAGE:
            reply = self.replies.get(told["reply"])
            if reply:
                return Work(kind, body=reply.body, language=reply.language, product=reply.product)
            return Work(kind, body=told["words"])
        return Work(kind)


class ConfirmForm(forms.Form):
    """`seen` names the preview that was on the page."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


def _label(defect: Defect) -> str:
    return format_html("{} · {} · {}", defect.reference, defect.title, state_words(defect.state))
