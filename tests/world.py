"""One small world in which every address of the project leads somewhere, for tests that walk all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils import timezone

from makegood.accounts.models import RoleChange, User
from makegood.accounts.roles import Role
from makegood.bulk_actions import confirming, previewing
from makegood.bulk_actions.models import Kind
from makegood.bulk_actions.work import Work
from makegood.dev.mailbox import mails_in
from makegood.members.views.downloads import link_to
from makegood.notifications.topics import link_to_end
from makegood.orders.models import Edition, Order, Release
from makegood.orders.trials import start_trial
from makegood.queue import calendars
from makegood.refund_requests import conversation, drafting, merging, transitions
from makegood.refund_requests.evidence import uploads
from makegood.refund_requests.models import Evidence, RefundRequest, Verdict
from makegood.refund_requests.prepared_replies import writing
from makegood.refund_requests.proposals import steps
from makegood.refund_requests.statutes import switching
from makegood.search.saving import save_view
from tests import browsing, cases, people
from tests import world_of_money as money

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fcffff3f030005fe02fea7d0a4b90000000049454e44ae426082"
)

Value = str | int | UUID


class World:
    """Who acts (`actors`), and what the names that stand in an address or a form mean (`named`)."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.named: dict[str, Value] = {}
        self.actors: dict[str, User | None] = {
            "stranger": None,
            "other": people.lars(),
            "member": people.olena(),
            "representative": people.petro(),
            "colleague": people.roza(),
            "lead": people.a_lead(),
            "engineer": people.marta(),
            "finance": people.finn(),
            "owner": people.ola(),
            "auditor": people.aud(),
        }
        _ask(self)
        _prepare(self)
        _fill_in(self)
        money.pay(self)
        money.note(self)
        money.transfer(self)
        money.match(self)
        _offer(self)
        _write(self)
        _act_in_bulk(self)
        self.named["worker"] = people.petro().pk
        change = RoleChange.objects.create(
            person=people.petro(), role=Role.FINANCE, asked_by=people.ola(), asked_at=self.now
        )
        self.named["change"] = change.pk
        _sign_in_elsewhere(self)
        store_files()
        _give_passwords(self)
        # One for all: each looks through the static files when it begins.
        self._handlers = {checks: ClientHandler(enforce_csrf_checks=checks) for checks in (False, True)}
        self._sessions = {name: _session_of(user) for name, user in self.actors.items()}

    def client(self, actor: str, *, checks_forms: bool = False) -> Client:
        """A browser with `actor` signed in; with `checks_forms` a form needs its token (CSRF)."""
        client = Client(raise_request_exception=False)
        client.handler = self._handlers[checks_forms]
        if self._sessions[actor]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[actor]
        return client

    def value(self, word: str) -> Value:
        """What `word` stands for: `$held` is the number of the request that is held, else itself."""
        return self.named[word.removeprefix("$")] if word.startswith("$") else word

    def order(self, amount: str = "79.00") -> Order:
        """The member bought it three weeks ago."""
        bought = self.now - timedelta(days=21)
        return people.an_order(people.olena(), purchased_at=bought, amount=people.usd(amount))


@contextmanager
def built() -> Iterator[World]:
    """A world that is gone afterwards. What a test does in it, it undoes itself: see `undone`."""
    with transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()  # allauth counts there how often somebody tried


# The member's requests, one in each state


def _ask(world: World) -> None:
    steps.start(text=cases.the_policy().text, by=people.ola(), at=world.now)
    statute = cases.a_statute("eu-withdrawal", at=world.now)
    world.named["statute"] = statute.pk
    switch = switching.ask(
        statute, countries=["DE"], is_on=True, reason="We sell there.", by=people.ola(), at=world.now
    )
    world.named["switch"] = switch.pk
    _named(world, "waiting", cases.a_request(world.order(), at=world.now))
    held = _named(world, "held", _held(world))
    world.named["picture"] = held.evidence.get().pk
    _named(world, "settled", _decidable(world))
    world.named["calendar"] = calendars.in_use().calendar_id
    defect = cases.a_defect()
    world.named["defect"] = defect.pk
    taken = cases.taken(cases.a_request(world.order(), at=world.now), by=people.ola(), at=world.now)
    _named(world, "exceptional", cases.found_to_be_a_defect(taken, fixable=True, at=world.now))
    waits = _named(world, "with_engineers", _held(world))
    transitions.send_to_engineers(waits, defect=defect, by=people.petro(), at=world.now)
    asked = _named(world, "asked", _held(world))
    question = conversation.write_as_staff(
        asked, body="Which version?", token=uuid4(), by=people.petro(), at=world.now, seen_up_to=0, asks=True
    )
    world.named["message"] = question.pk
    answered = _named(world, "answered", _held(world))
    transitions.ask_member(answered, by=people.petro(), at=world.now)
    transitions.answered(answered, by=people.olena(), at=world.now)
    _decide(world, "awaiting", Verdict.REFUND, amount="450.00")
    _decide(world, "approved", Verdict.REFUND)
    for name, follow in money.PAID.items():
        _decide(world, name, Verdict.REFUND)
        reference = world.named[name]
        follow(RefundRequest.objects.get(reference=reference), at=world.now)
    for name in ("declined", "unanswered"):
        _decide(world, name, Verdict.DECLINE, fixable=True)
    conversation.write_as_member(
        RefundRequest.objects.get(reference=world.named["unanswered"]),
        body="It was another program",
        token=uuid4(),
        by=people.olena(),
        at=world.now,
    )
    tried = cases.a_request(world.order(), at=world.now)
    _named(world, "trying", cases.trying_fix(tried, at=world.now))
    _named(world, "younger", cases.a_request(world.order(), at=world.now))
    kept = _named(world, "kept", _held(world))
    again = _named(world, "merged", cases.a_request(world.order(), at=world.now))
    merging.merge(again, kept, by=people.petro(), at=world.now)
    withdrawn = _named(world, "withdrawn", cases.a_request(world.order(), at=world.now))
    transitions.withdraw(withdrawn, by=people.olena(), at=world.now)


def _named(world: World, name: str, refund_request: RefundRequest) -> RefundRequest:
    world.named[name] = refund_request.reference
    return refund_request


def _held(world: World, amount: str = "79.00") -> RefundRequest:
    asked = cases.a_request(world.order(amount), at=world.now)
    return cases.taken(asked, by=people.petro(), at=world.now)


def _decidable(world: World, amount: str = "79.00", *, fixable: bool = False) -> RefundRequest:
    return cases.found_to_be_a_defect(_held(world, amount), fixable=fixable, at=world.now)


def _decide(
    world: World, name: str, verdict: Verdict, *, amount: str = "79.00", fixable: bool = False
) -> None:
    ready = _named(world, name, _decidable(world, amount, fixable=fixable))
    transitions.decide(ready, verdict=verdict, letter=cases.LETTER, by=people.petro(), at=world.now)


# What else an address can name


def _prepare(world: World) -> None:
    """A reply for everybody."""
    body = "Dear {first_name}, thank you."
    reply = writing.prepare(
        title="Thanks", body=body, language="", product=None, by=people.ola(), at=world.now
    )
    world.named["reply"] = reply.pk


def _act_in_bulk(world: World) -> None:
    """A note on the request that waits: previewed, and another that can still be undone."""
    waiting = RefundRequest.objects.get(reference=world.named["waiting"])
    world.named["waiting_key"] = waiting.pk
    work = Work(Kind.NOTE, body="Частина збою")
    seen, confirmed = (
        previewing.preview([waiting.pk], work, by=people.ola(), at=world.now) for _each in range(2)
    )
    world.named["bulk_preview"], world.named["bulk_action"] = seen.pk, confirmed.pk
    world.named["bulk_seen"] = previewing.digest_of(seen, list(seen.items.all()))
    digest = previewing.digest_of(confirmed, list(confirmed.items.all()))
    confirming.confirm(confirmed, seen=digest, by=people.ola(), at=world.now)


def _fill_in(world: World) -> None:
    """A form of the member that is ready to be sent, and the order it is about."""
    order = world.order()
    draft = cases.a_form(order, at=world.now)
    world.named["order"] = order.number
    world.named["draft"] = draft.token
    world.named["picture_of_draft"] = draft.evidence.get().pk
    begun = drafting.start(by=people.olena(), at=world.now)
    upload = uploads.begin(begun, name="second.png", size=9000, by=people.olena(), at=world.now)
    world.named["upload"] = upload.pk


def _offer(world: World) -> None:
    """A service to try, and the two editions of a program to download."""
    world.named["service"] = people.verifier().sku
    trial = start_trial(people.mei(), people.verifier(), by=people.mei(), at=world.now)
    world.named["trial"] = trial.pk
    view = save_view(name="Waiting", query="state=waiting", by=people.petro(), at=world.now)
    world.named["view"] = view.pk
    world.named["program"] = people.mail_sender().pk
    for edition in Edition:
        file = ContentFile(b"a program", name=f"mail-sender-{edition}.exe")
        release = Release.objects.create(
            product=people.mail_sender(),
            version="9.6.1",
            platform="Windows",
            edition=edition,
            file=file,
            byte_size=9,
            sha256="0" * 64,
            released_on=world.now.date(),
        )
        world.named[f"{edition}_version"] = release.pk
        world.named["link_to_file"] = link_to(release, people.olena()).split("/")[-2]


def _write(world: World) -> None:
    """A letter in the folder of the demo."""
    folder = Path(settings.EMAIL_FILE_PATH)
    letter = EmailMultiAlternatives("A letter", "Dear Olena", to=["olena@example.com"])
    letter.attach_alternative("<p>Dear Olena</p>", "text/html")
    EmailBackend(file_path=str(folder)).send_messages([letter])
    world.named["letter"] = mails_in(folder)[0].key
    world.named["link_to_end"] = link_to_end("trial_ended", people.olena()).split("/")[-2]


def _sign_in_elsewhere(world: World) -> None:
    """The member's telephone."""
    phone = Client()
    phone.force_login(people.olena())
    browsing.came_in(phone, people.olena())
    world.named["session"] = UserSession.objects.get(session_key=phone.session.session_key).pk


def store_files() -> None:
    """Cases leave out the files of their evidence; here a page may show them."""
    for evidence in Evidence.objects.all():
        default_storage.save(evidence.file.name, ContentFile(PIXEL))
        default_storage.save(evidence.thumbnail_name(1), ContentFile(PIXEL))
    Evidence.objects.update(thumbnails=1)


def _give_passwords(world: World) -> None:
    """One hash for all, for it is made to take its time; and a new password ends the sessions of the old."""
    User.objects.update(password=make_password(people.PASSWORD))
    for user in filter(None, world.actors.values()):
        user.refresh_from_db()


def _session_of(user: User | None) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


# The addresses


def addresses() -> dict[str, str]:
    """Every address that the project answers, as people write it, with the name of its view."""
    found = list(_walk(get_resolver(), prefix="/", namespace=""))
    assert len(dict(found)) == len(found), "two patterns are written alike"
    return dict(found)


def _walk(resolver: URLResolver, *, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        route = prefix + _written(each)
        if isinstance(each, URLResolver):
            inside = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each, prefix=route, namespace=inside)
        else:
            yield route, f"{namespace}{each.name}"


def _written(each: URLPattern | URLResolver) -> str:
    """`requests/<str:reference>/` reads `requests/<reference>/`, a regular expression likewise."""
    if isinstance(each.pattern, RegexPattern):
        return simplify_regex(str(each.pattern)).removeprefix("/")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", str(each.pattern))
