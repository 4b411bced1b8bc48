"""What the policy answers: live for a form being filled in, and as a kept row for a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from makegood.orders.models import Order
from makegood.orders.usage import Use, used_since_purchase
from makegood.policy import Answer, Outcome, Policy, Source, decide
from makegood.policy.facts import UNKNOWN
from makegood.refund_requests import policies
from makegood.refund_requests.disputes import Dispute, as_json
from makegood.refund_requests.facts import PURCHASED_ON, Case, day_found, known_of
from makegood.refund_requests.law import Law, better_by_law
from makegood.refund_requests.models import (
    Assessment,
    Draft,
    Evidence,
    NamedOrder,
    PolicyVersion,
    RefundRequest,
)
from makegood.refund_requests.queries import named_in, of_it_and_merged
from makegood.refund_requests.statutes.in_use import InUse, in_use


@dataclass(frozen=True)
class LiveAnswer:
    """What the policy answers for one order; `order` is None while none is chosen.

    `answer` is what counts: the policy's, or that of the statute in `law`, where that is better for the
    customer; `floors` are the statutes that were asked. `lacks_country`: statutes are on, but no record tells
    the customer's country, so none was asked. `disputed` are the facts of which the member says that our
    records are wrong; `if_so` is what the policy answers if the member is right, None where nothing is
    disputed or that was not asked.
    """

    order: Order | None
    version: PolicyVersion
    policy: Policy
    facts: dict[str, object]
    answer: Answer
    disputed: Mapping[str, Dispute] = field(default_factory=dict)
    if_so: LiveAnswer | None = None
    law: Law | None = None
    floors: tuple[Law, ...] = ()
    lacks_country: bool = False

    @property
    def document(self) -> Policy:
        """The document that gave the answer."""
        return self.law.policy if self.law else self.policy

    def telling(self, fact: str) -> tuple[Policy, Mapping[str, object]] | None:
        """The document that knows the fact, with what is known to it; None where neither does."""
        floors = [(floor.policy, floor.facts) for floor in self.floors]
        return next((each for each in [(self.policy, self.facts), *floors] if fact in each[0].facts), None)

    @property
    def cannot_succeed(self) -> bool:
        """Whether the policy refuses by what is known, whatever the member would still send."""
        return self.refusing is not None

    @property
    def refusing(self) -> LiveAnswer | None:
        """The answer that refuses whatever the member would still send; None where none does.

        This one, or where our records are disputed, the one that holds if the member is right about them.
        """
        weighed = (each for each in (self, self.if_so) if each is not None)
        return next((each for each in weighed if each.refuses), None)

    def is_for_the_member(self, fact: str) -> bool:
        """Whether the member can still tell the fact: by an answer, or by naming an order."""
        known = self.policy.facts.get(fact)
        if known is not None and known.source == Source.CUSTOMER:
            return True
        if self.order is None:
            return True  # What our records tell of an order comes with it.
        return known is not None and known.source == Source.REQUEST and self._lacks_an_order(fact)

    def _lacks_an_order(self, fact: str) -> bool:
        """Whether the ground asks for two orders, and the fact waits for the second one."""
        ground = self.facts.get("ground")
        picks_a_pair = any(each.value == ground and each.picks == "pair" for each in self.policy.grounds)
        return picks_a_pair and fact not in self.facts

    @property
    def refuses(self) -> bool:
        """Whether this answer by itself refuses, whatever the member would still tell."""
        still_to_send = {
            condition.id
            for condition in self.answer.incomplete
            if any(self.is_for_the_member(fact) for fact in condition.facts)
        }
        is_refused = self.answer.outcome is Outcome.INELIGIBLE
        return is_refused and not still_to_send.issuperset(self.answer.decided_by)


def answer_case(
    case: Case, *, versions: Sequence[PolicyVersion] | None = None, statutes: InUse | None = None
) -> LiveAnswer:
    """The answer of the version in force when the order was bought, or now while none is chosen.

    Bought is the day that staff established, else the day that our records tell. `versions` and `statutes`:
    what `policies.published` and `in_use` gave, for those who ask about several cases.
    Raises NoPolicyInForce.
    """
    bought = case.order.purchased_at if case.order else case.received_at
    version = policies.in_force(bought, among=versions)
    day = day_found(case, policies.parsed(version))
    if day is not None:
        version = policies.in_force_on(day, among=versions)
    live = answer_by(version, case)
    if case.order is None:
        return live
    return _under_law(live, case, day, in_use(versions) if statutes is None else statutes)


def answer_by(version: PolicyVersion, case: Case) -> LiveAnswer:
    """The answer of `version` alone, whether or not it governs the purchase; no law stands above it."""
    policy = policies.parsed(version)
    known = known_of(case, policy)
    return LiveAnswer(
        case.order, version, policy, known.facts, decide(policy, known.facts), disputed=known.disputed
    )


def _under_law(live: LiveAnswer, case: Case, day: date | None, statutes: InUse) -> LiveAnswer:
    """The answer with the statutes of the customer's country above it; `day`: of the purchase, if found."""
    if case.order is None or not statutes.by_country:
        return live
    if not case.order.country:
        return replace(live, lacks_country=True)
    recorded = case.order.purchased_at.astimezone(live.policy.zone).date()
    known = None if day is None and PURCHASED_ON in live.disputed else day or recorded
    floors = statutes.above(case.order.country, day or recorded)
    weighed = better_by_law(live.answer, case, floors, bought_on=known)
    return replace(live, answer=weighed.answer, law=weighed.law, floors=weighed.floors)


def _with_if_so(case: Case, *, versions: Sequence[PolicyVersion], statutes: InUse) -> LiveAnswer:
    """The answer, and beside it the answer if the member is right about what is disputed."""
    live = answer_case(case, versions=versions, statutes=statutes)
    if not live.disputed:
        return live
    right = {name: as_json(dispute.says) for name, dispute in live.disputed.items()}
    if_so = answer_case(replace(case, findings=right, disputed={}), versions=versions, statutes=statutes)
    return replace(live, if_so=if_so)


def answer_draft(
    draft: Draft,
    *,
    at: datetime,
    orders: Sequence[Order] | None = None,
    versions: Sequence[PolicyVersion] | None = None,
) -> list[LiveAnswer]:
    """One answer for each order to refund, as if the form were sent at `at`.

    While no order is chosen, one answer without an order. `orders` and `versions`: what `orders_of_draft` and
    `policies.published` gave, for a page that has read them already.
    """
    named = orders_of_draft(draft) if orders is None else orders
    known = policies.published() if versions is None else versions
    wanted = [order for order in named if order.number in draft.wanted_orders]
    asked_for: Sequence[Order | None] = wanted or [None]
    used = used_since_purchase(wanted) if wanted else {}
    pictures = draft.evidence.count() or None
    statutes = in_use(known)
    return [
        _with_if_so(
            Case(
                ground=draft.ground,
                received_at=at,
                order=order,
                others=[other for other in named if other != order],
                answers=draft.answers,
                pictures=pictures,
                uses=None if order is None else used[order.pk].units,
                disputed=draft.disputed if len(wanted) == 1 else {},
            ),
            versions=known,
            statutes=statutes,
        )
        for order in asked_for
    ]


def orders_of_draft(draft: Draft) -> list[Order]:
    """The orders named in the form, in the order named; only the member's own are found."""
    found = draft.member.orders.select_related("product").prefetch_related("payments")
    by_number = {order.number: order for order in found.filter(number__in=draft.named_orders)}
    return [by_number[number] for number in draft.named_orders if number in by_number]


def assess(refund_request: RefundRequest, *, at: datetime) -> list[Assessment]:
    """Ask the policy about each order to refund and keep its answers; call inside a transaction."""
    return [
        Assessment.objects.create(
            refund_request=refund_request,
            order=live.order,
            policy_version=live.version,
            statute_version=live.law.statute if live.law else None,
            outcome=live.answer.outcome,
            facts=_json(live.facts),
            law_facts=_json(live.law.facts) if live.law else None,
            trace=live.answer.to_json(),
            at=at,
        )
        for live in answers_of_request(refund_request)
        if live.order is not None
    ]


def _json(facts: dict[str, object]) -> dict[str, object]:
    return {name: as_json(value) for name, value in facts.items() if value is not UNKNOWN}


def answers_of_request(refund_request: RefundRequest) -> list[LiveAnswer]:
    """What the policy answers now for each order to refund of a request, by when it was received."""
    rows = named_in(refund_request).select_related("order__product").prefetch_related("order__payments")
    findings = {row.fact: row.value for row in refund_request.findings.order_by("id")}
    sent = Evidence.objects.filter(of_it_and_merged(refund_request), uploaded_by=refund_request.member_id)
    return answers_from(refund_request, named=rows, findings=findings, pictures=sent.count())


def answers_from(
    refund_request: RefundRequest,
    *,
    named: Iterable[NamedOrder],
    findings: Mapping[str, object],
    pictures: int,
    used: Mapping[int, Use] | None = None,
    version: PolicyVersion | None = None,
) -> list[LiveAnswer]:
    """As `answers_of_request`, for a page that has read the rows already; `version` answers instead, if set.

    `named` is of `queries.named_in`, with order, product and payments; `findings` maps facts to values;
    `used` is what `used_since_purchase` gave, None when it was not asked.
    """
    rows = list(named)
    orders = [row.order for row in rows]
    since = used_since_purchase(orders) if used is None else used
    cases = [
        Case(
            ground=refund_request.ground,
            received_at=refund_request.received_at,
            order=row.order,
            others=[other for other in orders if other != row.order],
            answers=refund_request.answers,
            pictures=pictures,
            findings=findings,
            defect=refund_request.defect,
            still_broken_in=refund_request.still_broken_in,
            uses=since[row.order_id].units,
            disputed={str(one["fact"]): one for one in row.disputes},
        )
        for row in rows
        if row.wanted
    ]
    if version is not None:
        return [answer_by(version, case) for case in cases]
    versions = policies.published()
    statutes = in_use(versions)
    return [answer_case(case, versions=versions, statutes=statutes) for case in cases]
