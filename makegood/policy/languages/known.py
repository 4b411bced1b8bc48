"""The languages there are."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.german import GERMAN
from makegood.policy.languages.ukrainian import UKRAINIAN
from makegood.policy.languages.vocabulary import Vocabulary

LANGUAGES: Mapping[str, Vocabulary] = {each.code: each for each in (ENGLISH, GERMAN, UKRAINIAN)}
"""By ISO 639 code."""
