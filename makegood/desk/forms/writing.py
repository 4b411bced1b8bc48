"""Writing: to the member, for colleagues, and the reason of a step."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.conversation import MAX_LENGTH

SAYS_NOTHING = _("Please write a few words.")
TOO_LONG = _("Please keep it within %(limit_value)d characters.")


class NoteForm(forms.Form):
    """A note that only staff read. `token` identifies the form: sent twice, it is one note."""

    body = forms.CharField(
        label=_("Note for colleagues"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": SAYS_NOTHING, "max_length": TOO_LONG},
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class MessageForm(NoteForm):
    """A message to the member. `seen_up_to` is the last message that was on the page (0: none)."""

    seen_up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
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


class NothingToFillIn(forms.Form):
    """A button alone; it carries what the domain has to say against the step."""
