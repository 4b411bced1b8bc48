"""Placeholders of prepared replies: a fixed list, replaced as plain text, so that nothing is ever run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDERS: Mapping[str, Promise] = {
    "first_name": gettext_lazy("the customer's first name"),
    "reference": gettext_lazy("the number of the request"),
    "product": gettext_lazy("the product"),
    "order_number": gettext_lazy("the order to refund"),
    "next_update": gettext_lazy("when the customer hears from us next"),
    "my_name": gettext_lazy("the name of whoever writes"),
}
"""What may stand in braces, and what comes in its place."""

_BRACES = re.compile(r"\{([^{}\n]*)\}")


class UnknownPlaceholder(Exception):
    """Something in braces is none of the placeholders."""

    def __init__(self, name: str) -> None:
        known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
        words = _("“{placeholder}” is not a placeholder. These are: {known}.")
        super().__init__(words.format(placeholder=f"{{{name}}}", known=known))


class NotFilledIn(Exception):
    """A message is sent in which a placeholder still stands."""

    def __init__(self, name: str) -> None:
        words = _("“{placeholder}” could not be filled in. Please write in its place what is meant.")
        super().__init__(words.format(placeholder=f"{{{name}}}"))


def require_known(body: str) -> None:
    """Every placeholder in `body` is one of PLACEHOLDERS. Raises UnknownPlaceholder."""
    for name in _BRACES.findall(body):
        if name not in PLACEHOLDERS:
            raise UnknownPlaceholder(name)


def require_filled_in(body: str) -> None:
    """No placeholder is left in `body`; other braces are the writer's own. Raises NotFilledIn."""
    for name in _BRACES.findall(body):
        if name in PLACEHOLDERS:
            raise NotFilledIn(name)


def fill_in(body: str, values: Mapping[str, str]) -> str:
    """`body` with `values` (placeholder → words) in its placeholders; one without words stays to be seen.

    What is filled in is not looked at again, so a name that is written like a placeholder stays a name.
    """
    return _BRACES.sub(lambda found: values.get(found[1]) or found[0], body)
