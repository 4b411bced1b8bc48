"""Stories: made by a seed, played step by step, and cut down to what it takes to break something."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unittest.mock import patch

from django.apps import apps
from django.db import connection
from django.db.models import Model

from makegood.accounts.models import StaffRole, User
from makegood.audit.models import Event
from makegood.orders.models import Order, Payment, Product
from tests.simulation.invariants import broken, broken_at_rest
from tests.simulation.world import CAPTURED, START, Queue, Step, World

_WEIGHTS = {
    "work": 9,
    "wait": 6,
    "look_after": 4,
    "mislead": 4,
    "deliver": 6,
    "open": 2,
    "retry": 3,
    "meanwhile": 3,
    "dashboard": 1,
    "match": 1,
    "hold": 1,
    "release": 1,
    "cancel": 1,
    "fall_back": 1,
    "approve": 1,
    "confirm": 1,
    "record": 1,
}
_MEANWHILE = ("work", "deliver", "wait", "match", "look_after", "cancel")
_KILLED = 0.2
_LENGTHS = (6, 22)


@dataclass(frozen=True, slots=True)
class Story:
    """What `seed` tells: `world` chooses the bank, the steps follow."""

    seed: int
    world: int
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        told = ", ".join(
            f"{step.kind} {step.pick}" + (f" killed {step.crash}" if step.crash is not None else "")
            for step in self.steps
        )
        return f"seed {self.seed}, world {self.world}: {told}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A story at whose step `after` something does not hold; the number of its steps means at rest."""

    story: Story
    after: int
    what: str


def tell(seed: int) -> Story:
    """The story of `seed`: always the same."""
    chance = random.Random(seed)  # noqa: S311 (a story must be repeatable)
    kinds = list(_WEIGHTS)
    steps = [Step("open", chance.randrange(12))]
    for kind in chance.choices(kinds, list(_WEIGHTS.values()), k=chance.randint(*_LENGTHS)):
        crash = chance.randint(-2, 24) if chance.random() < _KILLED else None
        steps.append(Step(kind, chance.randrange(1_000), crash))
    return Story(seed, chance.randrange(36), tuple(steps))


class Stage:
    """Where stories are played: tables in memory, emptied after each."""

    def __init__(self) -> None:
        _make_tables()
        self._queue = Queue()
        # What is not simulated: the job queue of PostgreSQL, pages that are open, and letters.
        for where in ("refunds.moving.app", "refunds.hearing.app"):
            patch(f"makegood.{where}", self._queue).start()
        patch("makegood.audit.recording.tell_after_commit").start()
        patch("makegood.audit.recording._listeners", []).start()
        people = [User.objects.create(email=f"{name}@northwind.example") for name in ("finn", "ola")]
        for person in people:
            StaffRole.objects.create(user=person, role="finance")
        self._people = (people[0], people[1])
        self._product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")

    def play(self, story: Story) -> Broken | None:
        """The first thing that breaks in it; None: nothing does."""
        world = World(self._queue, self._people, self._payment(), pick=story.world)
        try:
            for number, step in enumerate(story.steps):
                if step.kind == "meanwhile":
                    world.meanwhile.append(Step(_MEANWHILE[step.pick % len(_MEANWHILE)], step.pick // 6))
                    continue
                if not self._has_changed(world, step):
                    continue
                what = next(broken(world), None)
                if what is not None:
                    return Broken(story, number, what)
            what = self._at_rest(world)
            return None if what is None else Broken(story, len(story.steps), what)
        except Exception as fell:
            return Broken(story, len(story.steps), f"a worker fell over: {type(fell).__name__}: {fell}")
        finally:
            _empty()

    def _at_rest(self, world: World) -> str | None:
        """What is broken once everything has come to its end; then failed refunds are tried again, once."""
        world.come_to_rest()
        what = next(broken_at_rest(world), None)
        if what is None and world.try_again():
            what = next(broken(world), None)
            if what is None:
                world.come_to_rest()
                what = next(broken_at_rest(world), None)
        return what

    def _has_changed(self, world: World, step: Step) -> bool:
        """Play the step; whether it wrote anything, here or at the bank."""
        before = connection.connection.total_changes, len(world.bank.refunds())
        world.play(step)
        return before != (connection.connection.total_changes, len(world.bank.refunds()))

    def first_broken(self, seeds: Sequence[int]) -> Broken | None:
        """The first story of `seeds` that breaks; None: all of them hold."""
        return next((found for seed in seeds if (found := self.play(tell(seed)))), None)

    def cut_short(self, found: Broken) -> Broken:
        """The same bug in fewer steps: whatever can be left out is left out."""
        is_shorter = True
        while is_shorter:
            is_shorter = False
            for shorter in _shorter(found.story):
                again = self.play(shorter)
                if again is not None:
                    found, is_shorter = again, True
                    break
        return found

    def _payment(self) -> Payment:
        order = Order.objects.create(
            number="9400001",
            member=self._people[0],
            product=self._product,
            purchased_at=START,
            amount_minor=CAPTURED.minor,
            currency=CAPTURED.currency,
        )
        return Payment.objects.create(
            order=order,
            provider="sandbox",
            provider_reference="ch_1",
            method="card",
            method_label="Visa",
            currency=CAPTURED.currency,
            captured_minor=CAPTURED.minor,
            captured_at=START,
        )


def _shorter(story: Story) -> Iterator[Story]:
    steps = story.steps
    for length in (8, 4, 2, 1):
        for start in range(len(steps) - length + 1):
            yield Story(story.seed, story.world, steps[:start] + steps[start + length :])
    for place, step in enumerate(steps):
        if step.crash is not None:
            spared = Step(step.kind, step.pick)
            yield Story(story.seed, story.world, (*steps[:place], spared, *steps[place + 1 :]))


def _make_tables() -> None:
    wanted = [*apps.get_app_config("orders").get_models(), *apps.get_app_config("refunds").get_models()]
    wanted += [*apps.get_app_config("accounts").get_models(), Event]
    with connection.schema_editor() as editor:
        for model in wanted:
            editor.create_model(model)
    with connection.cursor() as cursor:
        # The editor switches them on; rows point to tables that are not here, and are emptied in any order.
        cursor.execute("PRAGMA foreign_keys = OFF")


def _empty() -> None:
    models: list[type[Model]] = [*apps.get_app_config("refunds").get_models(), Event, Payment, Order]
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
