"""One policy weighed over columns: how each row ends, what it is worth, and which clauses made it so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.logic import InSql
from makegood.policy.bulk.terms import call, case, every, is_false, is_true, opposite, some, two, whole
from makegood.policy.bulk.translating import Translator
from makegood.policy.bulk.values import number_in
from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.deciding.deciding import BARRING, GRANTING
from makegood.policy.deciding.weighing import NOT_COVERED, PERSON, REFUSED, UNDECIDED, Verdict, Weighing
from makegood.policy.documents.clauses import Clause, Role
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID
from makegood.policy.rules.scope import Rule

MASK = 60  # clauses told by the bits of one whole number


@dataclass
class Weighed:
    """The results of one policy, as expressions over the orders."""

    translator: Translator

    def __post_init__(self) -> None:
        self.policy = self.translator.policy
        self.logic = InSql(self.translator)
        self.weighing: Weighing[exp.Expr] = Weighing(self.policy, self.logic)
        end = self.weighing.end()
        undecided, not_covered = (self.logic.verdict(each) for each in (UNDECIDED, NOT_COVERED))
        waits = some(self._waits(clause) for clause in self.policy.clauses)
        stuck = every((two(exp.EQ, end, undecided), opposite(self._named(waits))))
        self.verdict = self._named(case([(stuck, not_covered)], end))

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """How a row can end; `verdict` is a place in it."""
        return self.logic.verdicts

    @cached_property
    def refunded(self) -> exp.Expr:
        """What is refunded for certain, in the smallest units of the currency: 0 while anything is open."""
        return self._named(case(list(self._paid()), whole(0)))

    @cached_property
    def at_most(self) -> exp.Expr:
        """The most that can still be refunded, in the smallest units; unknown where nothing bounds it.

        A person may grant up to what was paid; without one, only what the offers still open come to.
        """
        paid = list(self._paid())
        decided = [*paid, (self._ends(REFUSED), whole(0))]
        offered = [self._bound(offer) for offer in self.policy.offers]
        most = self._largest(offered, unless_granted=True)
        anything = self._up_to_all(offered)
        if isinstance(self._person, exp.Boolean) and not self._person.this:
            undecided = most
        else:
            undecided = case([(self._person, anything)], most)
        return self._named(case([*decided, (self._ends(UNDECIDED), undecided)], anything))

    @cached_property
    def amount(self) -> exp.Expr:
        """What is refunded, in the smallest units of the currency; unknown where nothing is."""
        return self._named(case(list(self._paid()))) if list(self._paid()) else terms.unknown("BIGINT")

    @cached_property
    def masks(self) -> list[exp.Expr]:
        """Whole numbers whose bits are the clauses that decided, or that wait while nothing is decided."""
        clauses = list(enumerate(self.policy.clauses))
        return [
            self._named(_bits(self._decides(clause) for _, clause in clauses[start : start + MASK]))
            for start in range(0, len(clauses), MASK)
        ]

    @cached_property
    def _person(self) -> exp.Expr:
        """Whether a person may come to decide."""
        lists = [
            every((self.weighing.applies(clause), holds))
            for clause in self.policy.clauses
            for _, holds in self.weighing.lists_of(clause, (Role.MAY, Role.REVIEW))
        ]
        return self._named(opposite(is_false(some(lists))))

    def _paid(self) -> Iterator[tuple[exp.Expr, exp.Expr]]:
        for place, verdict in enumerate(self.verdicts):
            if verdict.offer is not None:
                yield (
                    two(exp.EQ, self.verdict, whole(place)),
                    self.logic.minor(self.logic.amounts[verdict.offer]),
                )

    def _ends(self, verdict: Verdict) -> exp.Expr:
        return two(exp.EQ, self.verdict, self.logic.verdict(verdict))

    def _bound(self, offer: Offer) -> exp.Expr:
        """What an offer comes to at most: itself, else what was paid; unknown where neither is known."""
        amount = self.logic.minor(self.logic.amounts[offer.index])
        if PAID not in self.policy.facts:
            return amount
        return self._named(exp.Coalesce(this=amount.copy(), expressions=[self._all_paid.copy()]))

    @cached_property
    def _all_paid(self) -> exp.Expr:
        return self.logic.minor(number_in(self.translator.name(PAID)))

    def _largest(self, bounds: Sequence[exp.Expr], *, unless_granted: bool) -> exp.Expr:
        """The largest bound of the offers still open; unknown where one of them has none, 0 without any."""
        found: exp.Expr = whole(0)
        for offer, bound in zip(self.policy.offers, bounds, strict=True):
            counted = bound
            if unless_granted:
                no = is_false(self.weighing.granted(offer))
                counted = self._named(case([(no, whole(0))], bound))
            larger = [(two(exp.GTE, found, counted), found), (two(exp.LT, found, counted), counted)]
            found = self._named(case(larger))
        return found

    def _up_to_all(self, bounds: Sequence[exp.Expr]) -> exp.Expr:
        if PAID in self.policy.facts:
            return self._all_paid
        return self._largest(bounds, unless_granted=False) if bounds else terms.unknown("BIGINT")

    def _waits(self, clause: Clause) -> exp.Expr:
        """Whether a clause may apply and one of its rules waits for a fact that somebody could still tell."""
        rules = [self._rule_waits(rule) for rule in clause.rules()]
        if any(part.role in (Role.GRANT, Role.KEEP) for part in clause.parts):
            names = [name for name in (PAID, self.policy.currency_fact) if name in self.policy.facts]
            rules += [self._is_open(name) for name in names if name]
        return every((opposite(is_false(self.weighing.applies(clause))), some(rules)))

    def _rule_waits(self, rule: Rule) -> exp.Expr:
        unknown = self.translator.choosing.unknown_of(self.translator.rule(rule))
        under = sorted(self.policy.facts_under(rule.names))
        return self._named(every((unknown, some(self._is_open(name) for name in under))))

    def _is_open(self, name: str) -> exp.Expr:
        unknown = self.translator.is_unknown(name)
        asked = self.policy.asked_when.get(name)
        return every((unknown, opposite(is_false(self.translator.truth(asked))))) if asked else unknown

    def _decides(self, clause: Clause) -> exp.Expr:
        """Whether a clause is among those that decided."""
        applies = is_true(self.weighing.applies(clause))
        person = case(
            [(self._reviewed, self._holds(clause, (Role.REVIEW,)))],
            self._holds(clause, (Role.MAY, Role.ONLY)),
        )
        branches = [
            (self._ends(PERSON), every((applies, person))),
            (self._ends(REFUSED), self._against(clause, applies)),
            (self._ends(UNDECIDED), self._waits(clause)),
        ]
        for place, verdict in enumerate(self.verdicts):
            if verdict.outcome is Outcome.ELIGIBLE or verdict.why is Why.CONTRADICTION:
                offers = [each for each in self.policy.offers if verdict.offer in (None, each.index)]
                made = [
                    is_true(self.weighing.grants(clause, each)) for each in offers if clause in each.clauses
                ]
                if verdict.outcome is Outcome.ELIGIBLE:
                    made.append(self._keeps(clause))
                branches.append((two(exp.EQ, self.verdict, whole(place)), some(made)))
        return case(branches, terms.FALSE)

    @cached_property
    def _reviewed(self) -> exp.Expr:
        clauses = self.policy.clauses
        return self._named(
            some(
                every((is_true(self.weighing.applies(each)), self._holds(each, (Role.REVIEW,))))
                for each in clauses
            )
        )

    @cached_property
    def _granted(self) -> exp.Expr:
        """Whether any clause would grant a refund; then a grant that fails is no reason against it."""
        return self._named(
            some(
                every((is_true(self.weighing.applies(each)), self._holds(each, GRANTING)))
                for each in self.policy.clauses
            )
        )

    def _holds(self, clause: Clause, roles: Sequence[Role]) -> exp.Expr:
        return some(is_true(holds) for _, holds in self.weighing.lists_of(clause, roles))

    def _keeps(self, clause: Clause) -> exp.Expr:
        parts = [part for part in clause.parts if part.role is Role.KEEP]
        return some(is_true(holds) for part, holds in self.weighing.kept() if part in parts)

    def _against(self, clause: Clause, applies: exp.Expr) -> exp.Expr:
        barring = [
            is_true(holds if part.role is Role.EXCLUSION else opposite(holds))
            for part, holds in self.weighing.lists_of(clause, BARRING)
        ]
        failing = [is_true(opposite(holds)) for _, holds in self.weighing.lists_of(clause, GRANTING)]
        lists = [*barring, every((opposite(self._granted), some(failing)))]
        nothing = [
            self._nothing_left(clause, offer) for offer in self.policy.offers if clause in offer.clauses
        ]
        kept = [
            every(
                (is_true(self.weighing.applies(other)), self._nothing_left(other, offer), self._keeps(clause))
            )
            for offer in self.policy.offers
            for other in offer.clauses
        ]
        return some((every((applies, some((*lists, *nothing)))), *kept))

    def _nothing_left(self, clause: Clause, offer: Offer) -> exp.Expr:
        left = self.logic.left(offer, self.weighing.kept())
        return every((is_false(left), opposite(is_false(self.weighing.grants(clause, offer)))))

    def _named(self, expression: exp.Expr) -> exp.Expr:
        return self.translator.stages.name(expression)


def _bits(holds: Iterator[exp.Expr]) -> exp.Expr:
    found: exp.Expr = call(terms.NARROW, whole(0))
    for place, each in enumerate(holds):
        found = two(exp.Add, found, case([(each, call(terms.NARROW, whole(2**place)))], whole(0)))
    return found
