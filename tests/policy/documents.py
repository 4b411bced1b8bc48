"""Small policies for tests: one document with its parts put in."""

from __future__ import annotations

from pathlib import Path

from makegood.policy import Policy

REFUND_POLICY = Path(__file__).resolve().parents[2] / "policies" / "refund-policy.md"

HEAD = """---
policy: small
version: "1"
in_force_from: 2020-01-01
calendar: Europe/Kyiv
---
# Small policy
"""

FACTS = """
## Facts {#facts}

| Fact | Kind | Who tells us | What we ask | If missing |
|---|---|---|---|---|
| `a` | yes/no | customer | Is it a? | unknown |
| `b` | yes/no | engineer | Is it b? | unknown |
| `c` | yes/no | order | Is it c? | unknown |
| `k` | choice: x, y, z | customer | Which one? | unknown |
| `n` | number | usage | How many? | unknown |
| `spam` | yes/no | representative | Was it spam? | no |
| `bought_on` | date | order | When was it bought? | unknown |
| `asked_on` | date | request | When was it asked for? | unknown |
| `paid` | money | order | How much was paid? | unknown |
| `fee` | money | order | What is the fee? | 0 |
| `currency` | currency | order | In which currency? | unknown |
"""

PAID = {"paid": "10.00", "currency": "EUR"}


def text_of(*clauses: str) -> str:
    """Return the text of a policy with these clauses, numbered from 1."""
    sections = "".join(
        f"\n## {n}. Clause {n} {{#clause-{n}}}\n\n{clause}\n" for n, clause in enumerate(clauses, 1)
    )
    return HEAD + sections + FACTS


def policy_of(*clauses: str) -> Policy:
    """Return the policy with these clauses."""
    return Policy.parse(text_of(*clauses), source="small.md")


def grant(*rules: str, amount: str = "paid", word: str = "all") -> str:
    """Return a clause that refunds `amount` when all (or any) of the rules hold."""
    return f"We refund `{amount}` when **{word}** of these hold:\n\n" + listed(*rules)


def listed(*rules: str) -> str:
    """Return a list of conditions."""
    return "".join(f"- it holds. `{rule}`\n" for rule in rules)


def refund_policy() -> Policy:
    """Return the vendor's real policy."""
    return Policy.parse(REFUND_POLICY.read_text(encoding="utf-8"), source=REFUND_POLICY.name)
