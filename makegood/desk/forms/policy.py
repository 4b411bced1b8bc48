"""The text of the next policy, and its translations."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.policy.limits import LARGEST


class PolicyForm(forms.Form):
    """The document. `edition` is the one that was on the page when the writing began."""

    text = forms.CharField(
        label=_("The document"),
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea({"rows": 40, "spellcheck": "true", "wrap": "off", "class": "code"}),
        error_messages={"required": _("An empty document decides nothing; the text before is kept.")},
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class TranslationForm(forms.Form):
    """The document in another language; blank takes it out. `read` is the hash of the text on the page."""

    text = forms.CharField(
        label=_("The document in this language"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea({"rows": 40, "spellcheck": "true", "wrap": "off", "class": "code"}),
    )
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class PublishForm(forms.Form):
    """The step of the second person. `sha256` is the hash of the text that was on the page."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
