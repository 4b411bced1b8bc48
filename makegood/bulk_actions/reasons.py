"""Why a request is left out, each as a sentence for whoever reads the list."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Known at the preview, or found out when its turn came."""

    OWN = "own", _("You asked for this refund yourself.")
    WITHDRAWN = "withdrawn", _("It was withdrawn.")
    MERGED = "merged", _("It goes on in another request.")
    DECIDED = "decided", _("It is decided already.")
    BEING_APPROVED = "being_approved", _("It is decided, and a second person checks it.")
    HELD = "held", _("A colleague examines it.")
    ASKED = "asked", _("The customer was asked something, and the answer comes first.")
    TRYING = "trying", _("The customer was asked to try a fix.")
    WITH_ENGINEERS = "with_engineers", _("It is with the engineers already.")
    STILL_BROKEN = "still_broken", _("The customer says that it still happens in that version.")
    OTHER_PRODUCT = "other_product", _("It is about another product.")
    OTHER_LANGUAGE = "other_language", _("The customer reads another language.")
    NOT_FILLED_IN = "not_filled_in", _("A placeholder has nothing to stand for here.")
    UNANSWERED = "unanswered", _("The customer waits for an answer of their own.")
    NOTHING_OURS = "nothing_ours", _("The next step is not ours.")
    NOT_DUE = "not_due", _("There is still time to work on it, so “no news yet” is not said.")
    SAID_OFTEN = "said_often", _("“No news yet” was said too often already.")
    WROTE = "wrote", _("Somebody wrote since the preview.")
    CHANGED = "changed", _("It changed since the preview.")
    DEFECT_CHANGED = "defect_changed", _("The defect changed since the preview.")
    MAY_NOT = "may_not", _("Whoever confirmed it may no longer do this.")
    ERASED = "erased", _("The customer's account was erased.")
    FAILED = "failed", _("It could not be done because of a fault here; the log of the worker tells more.")
