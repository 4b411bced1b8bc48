"""Preparing a reply that representatives put into their messages."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from makegood.orders.models import Product
from makegood.refund_requests.conversation import MAX_LENGTH
from makegood.refund_requests.prepared_replies.filling import UnknownPlaceholder, require_known


def _languages() -> list[tuple[str, object]]:
    return [("", _("Any language")), *settings.LANGUAGES]


class NewReplyForm(forms.Form):
    """What it says, and for whom it is offered."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("Only colleagues see it, in the list from which they choose."),
        max_length=80,
        error_messages={"required": _("Please give it a title that colleagues recognise.")},
    )
    body = forms.CharField(
        label=_("What it says"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 10, "dir": "auto"}),
        error_messages={"required": _("Please write a few words.")},
    )
    language = forms.ChoiceField(label=_("Offered to customers who read"), choices=_languages, required=False)
    product = forms.ModelChoiceField(
        label=_("Offered for"),
        queryset=Product.objects.order_by("name"),
        empty_label=_("Any product"),
        required=False,
    )

    def clean_body(self) -> str:
        """Only placeholders that there are."""
        body: str = self.cleaned_data["body"].replace("\0", "")
        try:
            require_known(body)
        except UnknownPlaceholder as unknown:
            raise forms.ValidationError(str(unknown)) from unknown
        return body


class ReplyForm(NewReplyForm):
    """A reply that is there. `edition` is the one that was on the page when the writing began."""

    is_offered = forms.BooleanField(label=_("Offer it to representatives"), required=False)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
