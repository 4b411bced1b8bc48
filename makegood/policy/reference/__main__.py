"""Prints the reference: `python -m makegood.policy.reference > docs/policy/reference.md`."""

import sys

from makegood.policy.reference.text import reference_text

if __name__ == "__main__":
    sys.stdout.write(reference_text())
