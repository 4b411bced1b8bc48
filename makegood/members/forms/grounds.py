"""Why the member asks: one of the grounds that the policy knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from makegood.policy import Ground


class GroundForm(forms.Form):
    """One choice for each ground of the policy."""

    ground = forms.ChoiceField(
        label=_("Why do you ask for a refund?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose why you ask."),
            "invalid_choice": _("Please choose why you ask."),
        },
    )

    def __init__(self, *args: Any, grounds: Sequence[Ground], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(ground.value, _label(ground)) for ground in grounds]  # type: ignore[attr-defined]  # a ChoiceField


def _label(ground: Ground) -> str:
    if not ground.hint:
        return ground.label
    return format_html('{}<span class="option__hint">{}</span>', ground.label, ground.hint)
