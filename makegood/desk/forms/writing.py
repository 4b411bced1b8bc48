"""Writing: to the member, for colleagues, and the reason of a step."""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.conversation import MAX_LENGTH, SomeoneWrote
from makegood.refund_requests.models import LinkKind, RefundRequest

SAYS_NOTHING = _("Please write a few words.")
TOO_LONG = _("Please keep it within %(limit_value)d characters.")


def _words(*, shortcut: str, **said: Any) -> forms.CharField:
    return forms.CharField(
        **said,
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 3, "data-shortcut": shortcut}),
        error_messages={"required": SAYS_NOTHING, "max_length": TOO_LONG},
    )


class NoteForm(forms.Form):
    """A note that only staff read. `token` identifies the form: sent twice, it is one note."""

    body = _words(label=_("Note for colleagues"), shortcut="m")
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class WhatWasRead(forms.Form):
    """`seen_up_to` is the last message that was on the page (0: none)."""

    seen_up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def once_read(self, wrote: SomeoneWrote) -> Self:
        """The same form with what was typed, which can be sent once the new message was read."""
        seen = max(message.pk for message in wrote.messages)
        typed = {name: self[name].value() for name in self.fields}
        form = type(self)({**typed, "seen_up_to": seen}, auto_id=self.auto_id)
        form.full_clean()
        form.add_error(None, str(wrote))
        return form


class AnswerForm(WhatWasRead):
    """A message to the member. `token` as in a NoteForm."""

    body = _words(label=_("Message to the customer"), shortcut="r")
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @classmethod
    def still_written(cls, typed: QueryDict, **said: Any) -> Self:
        """The form with what was typed so far, which nobody sent yet."""
        return cls(initial={name: typed[name] for name in cls.base_fields if typed.get(name)}, **said)

    def with_words(self, words: str) -> Self:
        """The same form with `words` below what was typed."""
        if words:
            typed = str(self.initial.get("body", "")).rstrip()
            self.initial["body"] = f"{typed}\n\n{words}" if typed else words
        return self


class MessageForm(AnswerForm):
    """A message to the member, and perhaps a question whose answer we wait for."""

    asks = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why; kept with the request, read by colleagues."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Colleagues read it."),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Please give a reason; it is kept with the request.")},
    )


class LookAgainForm(WhatWasRead):
    """Why a declined request is looked at again; the member reads it."""

    reason = forms.CharField(
        label=_("Why we look at it again"),
        help_text=_("The customer reads it, in the ticket and in a letter."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Please give a reason; it is kept with the request.")},
    )


class NoNewsForm(WhatWasRead):
    """A button alone, which tells the member that there is no news yet."""


class OtherRequestForm(forms.Form):
    """The number of another request; it is one of `among`."""

    other = forms.CharField(
        label=_("Number of the other request"),
        max_length=20,
        error_messages={"required": _("Please give the number of the other request.")},
    )

    def __init__(self, *args: Any, among: QuerySet[RefundRequest] | None = None, **said: Any) -> None:
        super().__init__(*args, **said)
        self._among = among

    def clean_other(self) -> RefundRequest | None:
        """The request of this number."""
        number = self.cleaned_data["other"].replace("\0", "").strip()
        found = self._among.filter(reference__iexact=number).first() if self._among is not None else None
        if found is None:
            raise forms.ValidationError(_("There is no request of this number."))
        return found


class LinkForm(OtherRequestForm):
    """How the two belong together."""

    kind = forms.ChoiceField(label=_("The other request"), choices=LinkKind.choices)


class MergeForm(OtherRequestForm):
    """A newer request of the same customer, which goes on in this one."""


class NothingToFillIn(forms.Form):
    """A button alone; it carries what the domain has to say against the step."""
