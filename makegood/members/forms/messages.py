"""Writing in the ticket."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from makegood.members.forms.questions import SeveralFiles, files_hint
from makegood.refund_requests.conversation import MAX_LENGTH


class MessageForm(forms.Form):
    """A message with pictures; `token` makes a form that is sent twice one message."""

    body = forms.CharField(
        label=_("Write to us"),
        widget=forms.Textarea({"rows": 3}),
        max_length=MAX_LENGTH,
        error_messages={"required": _("Please write a few words.")},
    )
    pictures = SeveralFiles(label=_("Pictures"), required=False, help_text=lazy(files_hint, str)())
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
