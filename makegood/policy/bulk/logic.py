"""Kleene's logic as expressions of a query: the clauses of a policy weighed for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.core import get_global
from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.numbers import Number, Whole, constant
from makegood.policy.bulk.terms import call, case, is_false, known, opposite, two, whole
from makegood.policy.bulk.translating import Translator
from makegood.policy.bulk.values import number_in, plain_in
from makegood.policy.deciding.weighing import UNDECIDED, Verdict
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID
from makegood.policy.rules.scope import Rule


class InSql:
    """Kleene's logic over columns; verdicts are whole numbers, places in `verdicts`, UNDECIDED being 0.

    `amounts` are what each offer comes to, by its index, once it was weighed.
    """

    def __init__(self, translator: Translator) -> None:
        self.translator, self.policy = translator, translator.policy
        self.verdicts: list[Verdict] = [UNDECIDED]
        self.amounts: dict[int, Number] = {}
        self.currency = self._currency()

    def truth(self, condition: Condition) -> exp.Expr:
        """Return the truth of a condition."""
        return self.translator.truth(condition.rule)

    def applies(self, clause: Clause) -> exp.Expr:
        """Return the truth of what a clause says it applies to."""
        return self.translator.truth(clause.applies) if clause.applies else terms.TRUE

    def left(self, offer: Offer, kept: Sequence[tuple[Part, exp.Expr]]) -> exp.Expr:
        """Return whether anything is left to refund; unknown while the amount or its currency is."""
        if offer.index not in self.amounts:
            self.amounts[offer.index] = self._amount(offer, kept)
        amount = self.amounts[offer.index]
        return self._named(case([(known(self.currency), two(exp.GT, amount.top.expr, whole(0)))]))

    def _amount(self, offer: Offer, kept: Sequence[tuple[Part, exp.Expr]]) -> Number:
        choosing, reckoning = self.translator.choosing, self.translator.reckoning
        amount, nothing = self.amount_of(offer.rule), Number(constant(0))
        for part, holds in kept:
            if part.amount is not None and holds != terms.FALSE:
                taken = choosing.named(self.amount_of(part.amount))
                is_nothing = choosing.compared(exp.EQ, taken, nothing)
                branches = [(holds, taken), (opposite(holds), nothing), (is_nothing, nothing)]
                amount = reckoning.minus(amount, number_in(choosing.named(choosing.case(branches))))
        if PAID in self.policy.facts:
            paid = self.translator.name(PAID)
            amount = number_in(choosing.extreme(exp.LTE, [choosing.named(amount), paid]))
        return number_in(choosing.named(amount))

    def amount_of(self, rule: Rule) -> Number:
        """Return the amount of a rule; unknown where it is written in another currency than the case's."""
        value = self.translator.rule(rule)
        if rule.has_amounts:
            own = terms.text(self.policy.front.currency or "")
            value = self.translator.choosing.case([(two(exp.EQ, self.currency, own), value)])
        return number_in(value)

    def every(self, values: Iterable[exp.Expr]) -> exp.Expr:
        """Return the AND."""
        return self._named(terms.every(values))

    def some(self, values: Iterable[exp.Expr]) -> exp.Expr:
        """Return the OR."""
        return self._named(terms.some(values))

    def opposite(self, value: exp.Expr) -> exp.Expr:
        """Return NOT value."""
        return opposite(value)

    def choose(self, condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
        """Return `then` where the condition holds, else `otherwise`; UNDECIDED where that is open."""
        if then == otherwise or condition == terms.TRUE:
            return then
        if condition == terms.FALSE:
            return otherwise
        not_or_alike = terms.some((is_false(condition), two(exp.EQ, otherwise, then)))
        return self._named(case([(condition, then), (not_or_alike, otherwise)], whole(0)))

    def verdict(self, verdict: Verdict) -> exp.Expr:
        """Return the place of a verdict in `verdicts`."""
        if verdict not in self.verdicts:
            self.verdicts.append(verdict)
        return whole(self.verdicts.index(verdict))

    def minor(self, amount: Number) -> exp.Expr:
        """Return an amount in the smallest units of the case's currency; unknown without one.

        Halves go up, yet never above what was paid.
        """
        branches = []
        usual, others = _places()
        for places, codes in others.items():
            found = self._named(call(terms.AMONG, self.currency, terms.text(" ".join(codes))))
            branches.append((found, self._payable(amount, places)))
        branches.append((known(self.currency), self._payable(amount, usual)))
        return self._named(case(branches))

    def _payable(self, amount: Number, places: int) -> exp.Expr:
        reckoning = self.translator.reckoning
        rounded = reckoning.rounded(amount, places)
        paid = self.translator.name(PAID) if PAID in self.policy.facts else None
        if paid is None or (number_in(paid).under is None and number_in(paid).scale <= places):
            return rounded.top.expr
        top = self._named(rounded.top.expr)
        found = Number(Whole(top, rounded.top.low, rounded.top.high), places)
        above = self._named(reckoning.compared(exp.GT, found, number_in(paid)))
        return case([(above, two(exp.Sub, top, whole(1)))], top)

    def _named(self, expression: exp.Expr) -> exp.Expr:
        return self.translator.stages.name(expression)

    def _currency(self) -> exp.Expr:
        if self.policy.currency_fact:
            return plain_in(self.translator.name(self.policy.currency_fact)).expr
        own = self.policy.front.currency
        return terms.text(own) if own else terms.unknown("TEXT")


def places_of(currency: str) -> int:
    """Return how many places after the point amounts in a currency have."""
    usual, others = _places()
    return next((places for places, codes in others.items() if currency in codes), usual)


def _places() -> tuple[int, dict[int, list[str]]]:
    """The usual number of places, and the currencies with another one."""
    table = get_global("currency_fractions")
    usual, others = table["DEFAULT"][0], dict[int, list[str]]()
    for code, (places, *_) in sorted(table.items()):
        if places != usual and code != "DEFAULT":
            others.setdefault(places, []).append(code)
    return usual, others
