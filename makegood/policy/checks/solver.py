"""Whether the solver that proofs need is installed, and what to say where it is not."""

from __future__ import annotations

from importlib.util import find_spec

SECONDS = 5.0
"""How long one question may take when nobody says otherwise."""
HOW_TO_INSTALL = "Install it with: pip install 'makegood[proofs]'"
WHAT_IT_ADDS = (
    "With the solver z3 it would also be proved which conditions never hold or never matter, which clauses "
    "overlap and which cases no clause speaks of, each shown by a case."
)


def installed() -> bool:
    """Return whether proofs can be made here."""
    return find_spec("z3") is not None
