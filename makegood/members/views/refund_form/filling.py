"""A form being filled in, with the policy's answer to it so far and the steps it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.members.answers import ShownAnswer, shown
from makegood.members.disputing import records_against
from makegood.members.forms.facts import Record
from makegood.members.words import in_members_words
from makegood.orders.models import Order
from makegood.policy import Fact, Ground, Kind, Policy, Source
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer, answer_draft, orders_of_draft
from makegood.refund_requests.disputes import Dispute
from makegood.refund_requests.models import Draft, Evidence, PolicyVersion
from makegood.refund_requests.submitting import missing_in


class Step(StrEnum):
    """A page of the form; the value stands in its address."""

    REASON = "reason"
    ORDER = "order"
    WHICH = "which"
    FACTS = "facts"
    WHAT_HAPPENED = "what-happened"
    CHECK = "check"


LABELS: dict[Step, Promise] = {
    Step.REASON: _("Reason"),
    Step.ORDER: _("Order"),
    Step.WHICH: _("Which one"),
    Step.FACTS: _("Wrong facts"),
    Step.WHAT_HAPPENED: _("What happened"),
    Step.CHECK: _("Check and send"),
}


ANY_REASON = Ground(value="", label="", hint="", picks="one")


@dataclass(frozen=True)
class Filling:
    """`draft` as it stands at `at`, with one answer of the policy for each order to refund.

    `named` are the orders that the member named, in that order; `versions` what `policies.published` gave.
    """

    draft: Draft
    at: datetime
    named: Sequence[Order]
    versions: Sequence[PolicyVersion]
    answers: Sequence[LiveAnswer]

    @property
    def policy(self) -> Policy:
        """The version that governs the first order to refund; while none is chosen, the one in force now."""
        return self.answers[0].policy

    @property
    def ground(self) -> Ground | None:
        """Why the member asks; None until it was chosen. Where the document knows no grounds, any reason."""
        if not self.policy.grounds:
            return ANY_REASON
        return next((ground for ground in self.policy.grounds if ground.value == self.draft.ground), None)

    @property
    def orders(self) -> list[Order]:
        """The orders to refund."""
        return [live.order for live in self.answers if live.order is not None]

    @cached_property
    def questions(self) -> list[Fact]:
        """What the policy asks the member on this ground; of several versions, each question once."""
        if self.ground is None:
            return []
        asked = [fact for live in self.answers for fact in live.policy.questions(self.ground.value)]
        return list({fact.name: fact for fact in asked}.values())

    @cached_property
    def asked(self) -> list[Fact]:
        """Those of `questions` that apply to the case by what is known."""
        return [
            question for question in self.questions if any(_asks(live, question) for live in self.answers)
        ]

    @property
    def asks_for_files(self) -> bool:
        """Whether one of the questions is for pictures."""
        return any(question.kind is Kind.FILES for question in self.asked)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """The pictures sent so far, in their order."""
        return list(self.draft.evidence.order_by("place", "id"))

    @property
    def disputed(self) -> Mapping[str, Dispute]:
        """The facts of which the member says that our records are wrong."""
        return self.answers[0].disputed if len(self.answers) == 1 else {}

    @cached_property
    def records(self) -> list[Record]:
        """The records that speak against the refund, and those that are disputed already."""
        return records_against(self.answers[0]) if len(self.orders) == len(self.answers) == 1 else []

    @property
    def steps(self) -> list[Step]:
        """The pages that this form takes."""
        left_out = set() if self.disputed else {Step.FACTS}
        if not self.policy.grounds:
            left_out.add(Step.REASON)
        if self.ground is None or self.ground.picks != "pair":
            left_out.add(Step.WHICH)
        if self.ground is not None and not self.questions:
            left_out.add(Step.WHAT_HAPPENED)
        return [step for step in Step if step not in left_out]

    @cached_property
    def missing(self) -> list[str]:
        """What is still to be told: names of facts, “ground”, “order”."""
        return missing_in(self.draft, self.answers, has_pictures=lambda: bool(self.evidence))

    def is_done(self, step: Step) -> bool:
        """Whether the page needs nothing more."""
        match step:
            case Step.REASON:
                return self.ground is not None
            case Step.ORDER if self.ground is not None and self.ground.picks == "pair":
                return len(self.draft.named_orders) == 2
            case Step.ORDER | Step.WHICH:
                return bool(self.orders)
            case Step.FACTS:
                return "facts" not in self.missing
            case Step.WHAT_HAPPENED if self.ground is not None:
                return not {question.name for question in self.asked}.intersection(self.missing)
        return False

    def is_reachable(self, step: Step) -> bool:
        """Whether the page can be shown: its questions depend on reason and orders alone."""
        if step is Step.FACTS:
            return bool(self.records)
        needed = {Step.REASON: (), Step.ORDER: (Step.REASON,), Step.WHICH: (Step.REASON, Step.ORDER)}
        before = needed.get(step, (Step.REASON, Step.ORDER, Step.WHICH))
        return step in self.steps and all(
            self.is_done(earlier) for earlier in before if earlier in self.steps
        )

    @property
    def first_undone(self) -> Step:
        """Where to go on."""
        return next((step for step in self.steps if not self.is_done(step)), Step.CHECK)

    def after(self, step: Step) -> Step:
        """The page that follows; what was disputed is not asked again unless something lacks."""
        steps = self._steps_with(step)
        following = steps[steps.index(step) + 1 :]
        return next(each for each in following if each is not Step.FACTS or not self.is_done(each))

    def before(self, step: Step) -> Step | None:
        """The page before; None on the first."""
        steps = self._steps_with(step)
        place = steps.index(step)
        return steps[place - 1] if place else None

    def _steps_with(self, current: Step) -> list[Step]:
        """The pages, with the one that is open though nothing is told on it yet."""
        return [step for step in Step if step in self.steps or step is current]

    def url(self, step: Step) -> str:
        """The address of a page of this form."""
        return step_url(self.draft, step)

    def steps_shown(self, current: Step) -> list[Mapping[str, object]]:
        """The steps as `partials/steps.html` shows them."""
        return [
            {
                "label": LABELS[step],
                "url": self.url(step) if self.is_reachable(step) else None,
                "state": "current" if step is current else "done" if self.is_done(step) else "todo",
            }
            for step in self._steps_with(current)
        ]

    @cached_property
    def answer(self) -> ShownAnswer:
        """The policy's answer so far, for the page."""
        return shown(self.answers)

    @property
    def cannot_succeed(self) -> bool:
        """Whether the policy refuses by what is known."""
        return any(live.cannot_succeed for live in self.answers)


def fill(draft: Draft, *, at: datetime) -> Filling:
    """Ask the policy about `draft` as if it were sent at `at`."""
    named, versions = orders_of_draft(draft), policies.published()
    answers = answer_draft(draft, at=at, orders=named, versions=versions)
    return Filling(draft, at, named, versions, [in_members_words(live) for live in answers])


def _asks(live: LiveAnswer, question: Fact) -> bool:
    """Whether the question applies; one that waits for another answer of the member is not asked yet."""
    policy = live.policy
    if question.name not in policy.facts:
        return False
    values = policy.values(live.facts)
    applies = policy.concerns(question.name, values)
    if applies is None:
        waits_for = policy.facts_under(policy.asked_when[question.name].names)
        unknown = (policy.facts[name] for name in waits_for if values[name] is None)
        return all(fact.source is not Source.CUSTOMER for fact in unknown)
    return applies


def step_url(draft: Draft, step: Step) -> str:
    """The address of a page of the form."""
    return reverse("members:form_step", args=[draft.token, step.value])
