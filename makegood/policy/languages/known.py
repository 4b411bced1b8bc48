"""The languages there are."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.french import FRENCH
from makegood.policy.languages.german import GERMAN
from makegood.policy.languages.polish import POLISH
from makegood.policy.languages.portuguese import PORTUGUESE
from makegood.policy.languages.spanish import SPANISH
from makegood.policy.languages.ukrainian import UKRAINIAN
from makegood.policy.languages.vocabulary import Vocabulary

LANGUAGES: Mapping[str, Vocabulary] = {
    each.code: each for each in (ENGLISH, GERMAN, SPANISH, FRENCH, PORTUGUESE, UKRAINIAN, POLISH)
}
"""By ISO 639 code."""
