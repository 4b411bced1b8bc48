"""Two versions of a policy on the same rows: where they cannot differ, and by how much they can elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.terms import case, every, is_true, two, whole
from makegood.policy.bulk.values import Value
from makegood.policy.bulk.weighed import Weighed
from makegood.policy.documents.clauses import EVERY_OTHER, Clause, Part
from makegood.policy.documents.policy import PAID
from makegood.policy.rules.types import Type


def difference(new: Weighed, old: Weighed) -> tuple[exp.Expr, exp.Expr]:
    """Return the least and the most by which the new version refunds more, in smallest units.

    Unknown where nothing bounds it. Both must have been weighed over the same columns, in one query. Raises
    BulkError when they do not tell the currency alike.
    """
    if new.logic.currency != old.logic.currency:
        raise BulkError("The two documents do not tell the currency of a case in the same way.")
    least, most = two(exp.Sub, new.refunded, old.at_most), two(exp.Sub, new.at_most, old.refunded)
    same = no_difference(new, old)
    name = new.translator.stages.name
    return name(case([(same, whole(0))], least)), name(case([(same, whole(0))], most))


def no_difference(new: Weighed, old: Weighed) -> exp.Expr:
    """Return whether the two versions must end alike, whatever the unknown facts turn out to be.

    They must when they are built alike, and each of their rules is the same function of the facts, or is
    already known and equal. So a change of one rule makes no difference to the rows that it does not touch.
    """
    if _shape(new) != _shape(old):
        return terms.FALSE
    pairs = zip(_rules(new), _rules(old), strict=True)
    compared = new.translator.choosing.compared
    alike = [is_true(compared(exp.EQ, one, other)) for one, other in pairs if one != other]
    return new.translator.stages.name(every(alike))


def _shape(weighed: Weighed) -> list[Any]:
    """How the clauses of a policy are built, whatever their rules say and however they are numbered."""
    clauses = weighed.policy.clauses
    places = {clause.number: place for place, clause in enumerate(clauses)}
    return [_shape_of_clause(clause, places) for clause in clauses] + [
        [(offer.method, [places[each.number] for each in offer.clauses]) for offer in weighed.policy.offers]
    ]


def _shape_of_clause(clause: Clause, places: dict[str, int]) -> Any:
    def told(references: Sequence[str]) -> list[int | str]:
        return sorted((each if each == EVERY_OTHER else places[each] for each in references), key=str)

    parts = [_shape_of_part(part) for part in clause.parts]
    return clause.applies is None, parts, told(clause.beats), told(clause.replaces)


def _shape_of_part(part: Part) -> tuple[Any, ...]:
    return part.role, part.together, len(part.conditions), part.method, part.amount is None


def _rules(weighed: Weighed) -> Iterator[Value]:
    """What a policy's end and amount are made of: a name stands for one function of the facts."""
    for clause in weighed.policy.clauses:
        for rule in clause.rules():
            yield weighed.logic.amount_of(rule) if rule.type is Type.MONEY else weighed.translator.rule(rule)
    if PAID in weighed.policy.facts:
        yield weighed.translator.name(PAID)
