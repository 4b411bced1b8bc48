"""A rule read from the document: parsed, its types checked, the names it uses listed."""

from __future__ import annotations

from makegood.policy.documents.reading import Code
from makegood.policy.errors import Problem
from makegood.policy.limits import MOST_OF_RULES
from makegood.policy.rules.checking import Checker, is_written
from makegood.policy.rules.dialect import names_in, parsed
from makegood.policy.rules.scope import Rule, Scope
from makegood.policy.rules.types import Type


def parse_rule(code: Code, scope: Scope, wanted: tuple[Type, ...], problems: list[Problem]) -> Rule | None:
    """Return the rule written in `code`, or None after adding what is wrong to `problems`.

    `wanted`: the types the place accepts; where it accepts an amount of money, a number written out is one.
    """
    if not _fits(code, scope, problems):
        return None
    tree = parsed(code, problems)
    if tree is None:
        return None
    checker = Checker(code, scope, problems)
    before = len(problems)
    found = checker.type_of(tree)
    if found is Type.NUMBER and Type.MONEY in wanted and Type.NUMBER not in wanted and is_written(tree):
        found = checker.amount(tree)
    if found not in (*wanted, Type.WRONG):
        checker.wrong(tree, f"this is {found}", " or ".join(wanted))
    if len(problems) > before:
        return None
    return Rule(code.text, tree, found, names_in(tree), code.span, checker.has_amounts)


def _fits(code: Code, scope: Scope, problems: list[Problem]) -> bool:
    """Whether a rule is among the first MOST_OF_RULES characters of rules; told of the first that is not."""
    before = scope.left
    scope.left -= len(code.text)
    if before >= 0 > scope.left:
        message = f"the rules of this document are longer than {MOST_OF_RULES:,} characters together"
        problems.append(Problem(code.span, message, "fewer or shorter rules, or several documents"))
    return scope.left >= 0
