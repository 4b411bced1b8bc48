"""From rows to the circumstances by which `deciding` says what a refund changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from makegood.effects.chains import Chain, Link
from makegood.effects.deciding import Circumstances
from makegood.effects.models import Effect
from makegood.effects.states import Kind
from makegood.policy import Kind as FactKind
from makegood.policy.facts import coerce
from makegood.refund_requests import policies
from makegood.refund_requests.models import DecisionLine, NamedOrder, RefundRequest

STOP_RENEWING = "stop_auto_renewal"
"""The question, where a policy asks it: shall automatic renewal be switched off?"""

RENEWALS = "renewals"
"""What a ground about automatic charges has the customer name."""

MOVED = (Kind.END_MOVED_BACK, Kind.END_MOVED_FORWARD)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the customer asked for with the refund of one order; `keeps`: the orders they named to stay."""

    unwanted: bool = False
    asked_to_stop: bool = False
    keeps: frozenset[int] = frozenset()


def lines_for(references: Iterable[str], order_ids: Iterable[int]) -> list[DecisionLine]:
    """What was decided of these orders in these requests, with all that `wishes_of` reads."""
    rows = DecisionLine.objects.filter(
        decision__refund_request__reference__in=list(references),
        order_id__in=list(order_ids),
        amount_minor__gt=0,
    )
    related = ("decision__refund_request", "assessment__policy_version")
    return list(rows.select_related(*related).order_by("id"))


def named_with(lines: Sequence[DecisionLine]) -> list[NamedOrder]:
    """Every order that the requests of `lines` name."""
    requests = {line.decision.refund_request_id for line in lines}
    return list(NamedOrder.objects.filter(refund_request_id__in=requests))


def wishes_of(lines: Sequence[DecisionLine], named: Iterable[NamedOrder]) -> dict[int, Wish]:
    """By order, what was asked for in the requests of `lines`, which name `named`."""
    kept: dict[int, set[int]] = {}
    for row in named:
        if not row.wanted:
            kept.setdefault(row.refund_request_id, set()).add(row.order_id)
    found: dict[int, Wish] = {}
    for line in lines:
        one, before = _wish(line, kept), found.get(line.order_id, Wish())
        found[line.order_id] = Wish(
            unwanted=before.unwanted or one.unwanted,
            asked_to_stop=before.asked_to_stop or one.asked_to_stop,
            keeps=before.keeps | one.keeps,
        )
    return found


def _wish(line: DecisionLine, kept: dict[int, set[int]]) -> Wish:
    request: RefundRequest = line.decision.refund_request
    policy = policies.parsed(line.assessment.policy_version)
    ground = next((ground for ground in policy.grounds if ground.value == request.ground), None)
    fact = policy.facts.get(STOP_RENEWING)
    told = request.answers.get(STOP_RENEWING)
    return Wish(
        unwanted=ground is not None and ground.picks == RENEWALS,
        asked_to_stop=fact is not None
        and fact.kind is FactKind.YES_NO
        and told is not None
        and coerce(fact, told, policy.zone) is True,
        keeps=frozenset(kept.get(request.pk, ())),
    )


def licences_of(chains: Iterable[Chain]) -> dict[int, str]:
    """By order, the licence that the shop told of."""
    return {link.pk: link.licence for chain in chains for link in chain.links if link.licence}


def ends_of(firsts: Iterable[int]) -> dict[int, Effect]:
    """By first order, the newest effect that said when the licence ends."""
    rows = Effect.objects.filter(first_order_id__in=list(firsts), kind__in=MOVED, number__isnull=False)
    return {row.first_order_id: row for row in rows.exclude(becomes="").order_by("number")}


def circumstances(
    chain: Chain,
    link: Link,
    wish: Wish,
    *,
    moved: Effect | None,
    licences: dict[int, str],
    is_off: bool,
    zone: ZoneInfo,
) -> Circumstances:
    """The case of one order, in days of `zone`. `is_off`: automatic renewal was switched off already."""
    renewed = next((each for each in chain.links if each.pk == link.renews), None)
    begins = renewed.ends_on if renewed else link.purchased_at.astimezone(zone).date()
    shares = [licences[other] == link.licence for other in wish.keeps if other in licences]
    return Circumstances(
        captured=link.captured,
        refunded=link.refunded if link.refunded_here else 0,
        is_renewal=link.renews is not None,
        other_terms_stand=any(each.stands for each in chain.links if each.pk != link.pk),
        is_duplicate=bool(wish.keeps),
        shares_licence=any(shares) if link.licence and shares else None,
        term_begins=begins,
        term_ends=link.ends_on,
        end=end_of(chain, moved),
        renews_by_itself=False if is_off else _renews_by_itself(chain, link),
        unwanted=wish.unwanted,
        asked_to_stop=wish.asked_to_stop,
    )


def end_of(chain: Chain, moved: Effect | None) -> date | None:
    """When the licence ends now; None: our records do not tell."""
    told = [link for link in chain.links if link.ends_on is not None]
    if moved is None:
        return max((link.ends_on for link in told if link.ends_on), default=None)
    # What was bought after we last said an end has lengthened it since.
    since = [link.ends_on for link in told if link.ends_on and link.purchased_at > moved.made_at]
    return max([date.fromisoformat(moved.becomes), *since])


def as_if_paid(link: Link, amount: int) -> Link:
    """The same order once `amount` (minor units) more of it has gone back."""
    return replace(link, refunded_here=link.refunded_here + amount)


def _renews_by_itself(chain: Chain, link: Link) -> bool | None:
    if len(chain.links) > 1 or link.renews is not None:
        return True  # it was charged by itself before, whatever was recorded of the choice
    if link.chosen is None and link.is_software:
        return False  # installed once, and never renewed
    return link.chosen
