"""The grammar of the rule language: SQL's expressions, in which every function is an ordinary one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp, generator, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from makegood.policy.documents.reading import Code
from makegood.policy.errors import Problem
from makegood.policy.limits import DEEPEST_RULE, LONGEST_RULE

INSTEAD = {"==": "=", "!": "NOT", "&&": "AND", "||": "OR", "=<": "<=", "=>": ">=", "<=>": "="}
SIGN = re.compile(r"""'(?:[^']|'')*'|!=|(?P<sign><=>|==|=<|=>|&&|\|\||!)""")
"""A text, in which signs mean nothing, or a sign of INSTEAD."""
EACH = "each"
"""Stands for one item of a list: `each` of dates, `each.amount` of records."""
SIGNS = {
    "≤": "<=",
    "=<": "<=",
    "≥": ">=",
    "=>": ">=",
    "≠": "<>",
    "×": "*",
    "÷": "/",
    "–": "-",
    "“": "'",
    "‘": "'",
}
"""Signs that people write, and those of rules."""


class Rules(Dialect):
    """No function means anything to the grammar, so that `min` or `date` is ours and no engine's."""

    class Tokenizer(tokens.Tokenizer):
        """SQLGlot's tokens, of which `all` is none: it is a function here, also inside of another."""

        KEYWORDS: ClassVar[dict[str, Any]] = {
            word: kind for word, kind in tokens.Tokenizer.KEYWORDS.items() if word != "ALL"
        }

    class Parser(parser.Parser):
        """SQLGlot's parser without the functions of SQL."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        # CASE is still read, to be refused by its name.
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            "CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]
        }

    class Generator(generator.Generator):
        """SQLGlot's writer, but for dates, which it would write as conversions."""

        def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:  # noqa: ARG002  # SQLGlot's
            """Return a date as rules write it: DATE '2026-11-23'."""
            return f"DATE {self.sql(expression.this)}"


def parsed(code: Code, problems: list[Problem]) -> exp.Expr | None:
    """Return the tree of one expression, or None after adding what is wrong to `problems`."""
    if len(code.text) > LONGEST_RULE:
        message = f"this rule is longer than {LONGEST_RULE} characters"
        problems.append(Problem(code.span.part(0, 1), message, "several conditions"))
        return None
    if foreign := list(_foreign_signs(code)):
        problems += foreign
        return None
    try:
        tree: exp.Expr = sqlglot.parse_one(code.text, into=exp.Condition, read=Rules)
    except RecursionError:
        problems.append(_too_deep(code))
    except SqlglotError as error:
        problems.append(_syntax_problem(code, error))
    else:
        if not isinstance(tree, exp.Block) and _depth(tree) <= DEEPEST_RULE:
            return tree
        one = Problem(code.span, "this rule cannot be read here", "one expression, without `;`")
        problems.append(one if isinstance(tree, exp.Block) else _too_deep(code))
    return None


def printed(tree: exp.Expr) -> str:
    """Return the tree written out in one way, however the rule was spaced."""
    return tree.sql(Rules, normalize_functions=False)


def walked(tree: exp.Expr) -> list[exp.Expr]:
    """Return a tree's nodes, nearer ones first; as `tree.walk()`, in a fraction of the time."""
    found = [tree]
    for node in found:  # which grows as it is gone through
        for part in node.args.values():
            if isinstance(part, list):
                found += [each for each in part if isinstance(each, exp.Expr)]
            elif isinstance(part, exp.Expr):
                found.append(part)
    return found


def is_name(text: str) -> bool:
    """Whether a rule can name something so: an identifier that is no word of the language."""
    if not text.isidentifier() or text == EACH:
        return False
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, read=Rules)
    except SqlglotError:
        return False
    return isinstance(tree, exp.Column) and tree.name == text and not tree.table


def names_in(tree: exp.Expr) -> tuple[str, ...]:
    """Return the facts, terms and columns a tree names, each once; items of lists are none of them."""
    columns = (node for node in walked(tree) if isinstance(node, exp.Column))
    return tuple(dict.fromkeys(node.name for node in columns if not is_each(node)))


def is_each(node: exp.Expr) -> bool:
    """Whether a node is `each` or a field of it."""
    return isinstance(node, exp.Column) and EACH in (node.table, node.name if not node.table else "")


def _foreign_signs(code: Code) -> Iterator[Problem]:
    """Signs that mean something in programs; the grammar would take some of them, and people would not."""
    for found in SIGN.finditer(code.text):
        if sign := found["sign"]:
            message = f"`{sign}` is not part of the rule language"
            span = code.span.part(found.start(), len(sign))
            yield Problem(span, message, f"write `{INSTEAD[sign]}`")


def _too_deep(code: Code) -> Problem:
    return Problem(code.span, "this rule is nested too deeply", "several conditions or a named term")


def _depth(tree: exp.Expr) -> int:
    """How deep operations lie inside one another; a chain of AND, or of OR, is one."""
    waiting, deepest = [(tree, 1)], 1
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        for part in node.iter_expressions():
            chained = isinstance(node, exp.And | exp.Or) and type(part) is type(node)
            waiting.append((part, depth if chained else depth + 1))
    return deepest


def _syntax_problem(code: Code, error: SqlglotError) -> Problem:
    details = getattr(error, "errors", None) or [{}]
    mark = str(details[0].get("highlight") or "")
    end = int(details[0].get("col") or len(code.text))
    start = max(end - len(mark), 0)
    expected = str(details[0].get("description") or "").rstrip(".")
    missing = re.match(r"Expecting (.+)", expected)
    wanted = f"`{missing[1]}`" if missing else _wanted(code.text, start)
    return Problem(code.span.part(start, len(mark) or 1), "this rule cannot be read here", wanted)


def _wanted(rule: str, start: int) -> str:
    """What was meant where a rule cannot be read at a place: the usual slips of those who begin."""
    if "%" in rule or "percent" in rule:
        return "a part written as `amount_paid * 50 / 100`"
    for written, sign in SIGNS.items():
        if written in rule:
            return f"`{sign}` for `{written}`"
    if re.search(r"\d\s+$", rule[:start]) and (word := re.match(r"[A-Za-z]+", rule[start:])):
        if re.fullmatch(r"[A-Z]{3}", word[0]):
            return f"the number alone; the head says `currency: {word[0]}`"
        return "the number alone; days are counted as in `days(bought_on, asked_on) <= 14`"
    return "facts, numbers and signs between them, such as `screenshots >= 1`"
