"""The policy engine: a literate document read, checked, decided by and explained; pure Python, no Django."""

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    Mark,
    OpenFact,
    Outcome,
    Why,
)
from makegood.policy.deciding.deciding import decide
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import PolicyErrors
from makegood.policy.explaining.explaining import ClauseLines, Explanation, Line, explain
from makegood.policy.facts import Fact, FactError, Ground, Kind, Source

__all__ = [
    "Answer",
    "ClauseLines",
    "ClauseResult",
    "ConditionResult",
    "Explanation",
    "Fact",
    "FactError",
    "Ground",
    "Kind",
    "Line",
    "Mark",
    "OpenFact",
    "Outcome",
    "Policy",
    "PolicyErrors",
    "Source",
    "Why",
    "decide",
    "explain",
]
