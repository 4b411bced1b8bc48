"""How an amount came about: what a clause refunds, what others keep of it, what bounds it, the rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision

from makegood.policy.deciding.answers import Reckoning, Step
from makegood.policy.documents.offers import Offer, keeping
from makegood.policy.documents.policy import PAID
from makegood.policy.explaining.arithmetic import Arithmetic, amount_said
from makegood.policy.explaining.sentences import Sentences
from makegood.policy.rules import numbers
from makegood.policy.rules.scope import Rule

if TYPE_CHECKING:
    from makegood.policy.deciding.weighing import Weighing


def reckoning_of(sentences: Sentences, weighing: Weighing[Any], offer: Offer | None) -> Reckoning | None:
    """Return the arithmetic of an offer; None without an offer, or while its amount is unknown."""
    policy, values = sentences.policy, sentences.values
    currency = policy.currency_of(values)
    if offer is None or currency is None:
        return None
    total: Any = None
    steps = []
    arithmetic = Arithmetic(policy, values, sentences.terms)
    places = get_currency_precision(currency)
    for clauses, kept, rule in _amounts(weighing, offer):
        amount = arithmetic.reckoned(rule.tree)
        if amount is None:
            return None
        total = amount if total is None else numbers.minus(total, amount)
        shown, plain = arithmetic.shown(rule.tree, 2 if kept else 0)
        rounded = numbers.half_up(amount, places)
        said = amount_said(rounded, currency, policy.vocabulary.locale, code=False) if plain else shown
        steps.append(
            Step(clauses, kept, rule.text, said, plain, rounded, sentences.because(rule, settled=True))
        )
    paid = values[PAID] if PAID in policy.facts else None
    whole = numbers.half_up(total, places)
    at_most = paid if paid is not None and paid < max(total, whole) else None
    end = total if at_most is None else min(total, at_most)
    amount = numbers.payable(end, places, paid)
    return Reckoning(currency, tuple(steps), whole, at_most, rounded=amount != end, amount=amount)


def _amounts(weighing: Weighing[Any], offer: Offer) -> Iterator[tuple[tuple[str, ...], bool, Rule]]:
    """Each amount with its clauses and whether it is kept: the offer first, then what is kept of it."""
    granting = tuple(
        clause.number for clause in offer.clauses if weighing.grants(clause, offer) is not False
    ) or tuple(clause.number for clause in offer.clauses)
    yield granting, False, offer.rule
    kept = [part for part, holds in weighing.kept() if holds is True]
    for clause, part in keeping(weighing.policy.clauses):
        if part in kept and part.amount:
            yield (clause.number,), True, part.amount
