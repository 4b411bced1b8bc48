"""Reporting a defect, sending a request to the engineers, and giving the version of a fix."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.defects.models import Defect
from makegood.defects.trackers.links import NotATrackerLink, read_link
from makegood.orders.models import Product

NEW = "new"


class DescriptionForm(forms.Form):
    """What is written down about a defect; `revision` is the one that was on the page."""

    steps = forms.CharField(
        label=_("How to make it happen"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )
    occurs_in = forms.CharField(
        label=_("Versions in which it happens"),
        help_text=_("With commas between, for example 9.5, 9.6.1."),
        max_length=300,
        required=False,
    )
    tracker_url = forms.CharField(
        label=_("Issue in your tracker"),
        help_text=_("Its address on GitHub, GitLab or Jira. What the tracker says is then shown here."),
        max_length=300,
        required=False,
        widget=forms.URLInput({"inputmode": "url", "spellcheck": "false", "dir": "ltr"}),
    )
    fix_due_on = forms.DateField(
        label=_("To be answered by"),
        help_text=_("Until when the engineers mean to say whether it can be fixed. Customers read it."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please give a day, for example 2026-12-24.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_tracker_url(self) -> str:
        """The address in the one form in which links are kept; empty for none."""
        typed = str(self.cleaned_data["tracker_url"])
        try:
            return read_link(typed).url if typed else ""
        except NotATrackerLink as refused:
            raise forms.ValidationError(str(refused)) from None

    def once_compared(self, revision: int, why: str) -> DescriptionForm:
        """The same form with what was typed, which can be saved once it was compared with `revision`."""
        typed = {name: self[name].value() for name in self.fields}
        form = DescriptionForm({**typed, "revision": revision})
        form.full_clean()
        form.add_error(None, why)
        return form


class DefectForm(DescriptionForm):
    """A new defect of a product."""

    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.order_by("name"),
        empty_label=_("Choose a product"),
        error_messages={"required": _("Please choose the product.")},
    )
    title = forms.CharField(
        label=_("What goes wrong"),
        help_text=_("One line, as an engineer would search for it."),
        max_length=200,
        error_messages={"required": _("Please say in one line what goes wrong.")},
    )
    fix_due_on = None  # type: ignore[assignment]  # named once somebody has looked at it
    revision = None  # type: ignore[assignment]  # there is none to compare with

    field_order = ("product", "title")


class EngineersForm(forms.Form):
    """Which defect a request is about: one that is known, or a new one."""

    defect = forms.ChoiceField(
        label=_("Which defect is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a known defect, or report a new one.")},
    )
    title = forms.CharField(
        label=_("What goes wrong"),
        help_text=_("Only for a new defect: one line, as an engineer would search for it."),
        max_length=200,
        required=False,
    )
    steps = forms.CharField(
        label=_("How to make it happen"),
        help_text=_(
            "Only for a new defect. Taken from what the customer told; correct it where you know more."
        ),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: object, known: list[Defect], labels: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        self.known = {str(defect.pk): defect for defect in known}
        choices = [*zip(self.known, labels, strict=True), (NEW, _("A new one, not in this list"))]
        self.fields["defect"].choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField

    @property
    def chosen(self) -> Defect | None:
        """The known defect that was chosen; None for a new one."""
        return self.known.get(self.cleaned_data["defect"])

    def clean(self) -> None:
        """A new defect needs its line."""
        super().clean()
        if self.cleaned_data.get("defect") == NEW and not self.cleaned_data.get("title"):
            self.add_error("title", _("Please say in one line what goes wrong."))


class FixedForm(forms.Form):
    """The version that fixes a defect."""

    fixed_in = forms.CharField(
        label=_("Fixed in version"),
        max_length=60,
        error_messages={"required": _("Please give the version that fixes it, for example 9.6.2.")},
    )


class ReadFixForm(FixedForm):
    """The same with the letters that were read: `seen` names them, empty while none were shown."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
