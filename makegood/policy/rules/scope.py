"""What a rule may name, and a rule that has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from makegood.policy.errors import Span
from makegood.policy.facts import Fact
from makegood.policy.limits import MOST_OF_RULES
from makegood.policy.rules.dialect import printed
from makegood.policy.rules.types import TYPE_OF_KIND, Type


@dataclass(frozen=True, eq=False)
class Rule:
    """A checked rule; its tree is the only form every engine works from.

    `names`: the facts, terms and columns it names. `has_amounts`: an amount of money is written in it as a
    number, in the currency of the document. A rule is itself and no other, however alike they look.
    """

    text: str
    tree: exp.Expr
    type: Type
    names: tuple[str, ...]
    span: Span
    has_amounts: bool = False

    @cached_property
    def sql(self) -> str:
        """The tree written out in one way, however the rule was spaced."""
        return printed(self.tree)


@dataclass(slots=True)
class Scope:
    """The names a rule may use: facts, named terms and columns of tables, each with its type.

    `left`: how many characters of rules may still be read.
    """

    facts: Mapping[str, Fact]
    terms: dict[str, Type] = field(default_factory=dict)
    columns: dict[str, Type] = field(default_factory=dict)
    currency: str | None = None
    left: int = MOST_OF_RULES

    def type_of(self, name: str) -> Type | None:
        """Return the type of a name, None when nothing has it."""
        if name in self.facts:
            return TYPE_OF_KIND[self.facts[name].kind]
        return self.terms.get(name) or self.columns.get(name)

    def names(self) -> list[str]:
        """Every name there is, for suggestions."""
        return [*self.facts, *self.terms, *self.columns]
