"""How a question about every case of a policy is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from makegood.policy.checks.witnesses import Witness


class Said(StrEnum):
    """What was found out."""

    CASE = "case"  # there is one: see the witness, which `decide` confirms
    NONE = "none"  # proved: there is none within the limits of the proof
    OPEN = "open"  # not found out: `why` says why


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question."""

    said: Said
    witness: Witness | None = None
    why: str = ""


class CannotCompare(ValueError):
    """No case can be asked of the documents; the message says why."""
