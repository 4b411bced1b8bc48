"""The reference of the policy language, written by the code that reads and decides policies."""

from makegood.policy.reference.text import reference_text

__all__ = ["reference_text"]
