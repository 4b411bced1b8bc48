"""What the next policy would change: each kind of change with a case, and the requests there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from makegood.desk.change_words import CHANGES
from makegood.money import Money
from makegood.policy import Outcome, Policy
from makegood.policy.checks import Witness, solver
from makegood.policy.checks.replies import CannotCompare, Said
from makegood.refund_requests.proposals.rehearsing import Changed, Rehearsal, difference, rehearse

SECONDS = 1.0  # for each kind of change: somebody waits for the page
SHOWN = 20
OUTCOMES: dict[Outcome, Promise] = {
    Outcome.ELIGIBLE: _("refund"),
    Outcome.INELIGIBLE: _("no refund"),
    Outcome.NEEDS_REVIEW: _("still open, or for a person"),
}


@dataclass(frozen=True)
class Shown:
    """One kind of change, and the case that shows it."""

    kind: Promise
    witness: Witness


@dataclass(frozen=True)
class Differences:
    """Between two texts. `sentence` says why nothing could be asked, "" when it could.

    `none` are the kinds of change proved never to happen, `open` those not found out in time.
    """

    shown: Sequence[Shown] = ()
    none: Sequence[Promise] = ()
    open: Sequence[Promise] = ()
    notes: Sequence[str] = ()
    limits: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Row:
    """How many went from one outcome to another."""

    before: Promise
    after: Promise
    count: int
    is_changed: bool


@dataclass(frozen=True)
class Sum:
    """Money in one currency before and after: certainly refunded, and at most."""

    before: Money
    after: Money
    before_at_most: Money
    after_at_most: Money


@dataclass(frozen=True)
class Rehearsed:
    """The requests there were, decided by both texts."""

    found: Rehearsal
    rows: Sequence[Row] = field(default_factory=list)
    sums: Sequence[Sum] = field(default_factory=list)

    @property
    def changed(self) -> Sequence[Changed]:
        """The first requests of which the two say different things."""
        return self.found.changed[:SHOWN]


def differences(old: Policy, new: Policy) -> Differences:
    """Return each kind of change between two texts with a case that `decide` confirms."""
    if not solver.installed():
        return Differences(
            sentence=gettext("Cases need the solver z3. {how}").format(how=solver.HOW_TO_INSTALL)
        )
    from makegood.policy.checks.proofs.differences import difference as compared

    try:
        found = compared(old, new, SECONDS)
    except CannotCompare as none:
        return Differences(sentence=str(none))
    return Differences(
        shown=[
            Shown(CHANGES[change.kind.words], change.reply.witness)
            for change in found.of(Said.CASE)
            if change.reply.witness
        ],
        none=[CHANGES[change.kind.words] for change in found.of(Said.NONE)],
        open=[CHANGES[change.kind.words] for change in found.of(Said.OPEN)],
        notes=found.notes,
        limits=found.limits,
    )


def rehearsed(new: Policy) -> Rehearsed:
    """Return what the text would have decided of the requests there were."""
    found = rehearse(new)
    rows = [
        Row(OUTCOMES[before], OUTCOMES[after], count, before != after)
        for (before, after), count in found.outcomes.most_common()
    ]
    certain = list(difference(found.before.certain, found.after.certain))
    at_most = {
        one.currency: (one, other) for one, other in difference(found.before.at_most, found.after.at_most)
    }
    sums = {one.currency: (one, other) for one, other in certain}
    return Rehearsed(
        found,
        rows,
        [
            Sum(
                *sums.get(currency, (Money(0, currency),) * 2),
                *at_most.get(currency, (Money(0, currency),) * 2),
            )
            for currency in sorted({*sums, *at_most})
        ],
    )
