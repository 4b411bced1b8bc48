"""`makegood verify money` finds every kind of row that somebody changed as only a superuser could."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from makegood.audit.models import Event
from makegood.refund_requests import transitions
from makegood.refund_requests.conversation import write_as_staff, write_note
from makegood.refund_requests.models import Approval, Evidence, RefundRequest, Verdict
from makegood.refunds import advancing
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.providers.base import Provider
from makegood.refunds.reconciling import match
from makegood.verifying import problems
from tests import cases, people
from tests.jobs import work
from tests.people import NOON, an_order, finn, olena, petro, usd
from tests.refunds.conftest import manners, provider, sandbox, scene
from tests.refunds.scenes import WORKER, Scene

__all__ = ["manners", "provider", "sandbox", "scene"]


@pytest.fixture
def world(scene: Scene, settings: Settings, tmp_path: Path) -> Iterator[Scene]:
    """Olena got two refunds: one by Petro's word, one by Finn's too; something went back past the desk."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MAKEGOOD_SANDBOX_URL = scene.sandbox.url
    _asked_and_decided(scene, "79.00")
    finns = _asked_and_decided(scene, "450.00")
    transitions.approve(finns, by=finn(), at=NOON)
    work()
    for refund in Refund.objects.all():
        scene.advance(refund)
    _made_elsewhere(scene)
    scene.pass_time(days=1)
    for refund in Refund.objects.all():
        advancing.advance(refund.pk, provider=scene.provider, by=WORKER, at=scene.now)
    yield scene
    scene.is_to_be_verified = False


def _asked_and_decided(scene: Scene, amount: str) -> RefundRequest:
    price = usd(amount)
    order = an_order(olena(), purchased_at=people.ago(days=21), amount=price, paid=False)
    [charge] = scene.sandbox.book.charge([{"amount": price.minor, "currency": "USD"}])
    people.a_payment(order, captured_at=order.purchased_at, reference=charge.id)
    request = cases.ready_to_decide(order)
    for picture in Evidence.objects.filter(refund_request=request):
        picture.file.save(f"{uuid4()}.png", ContentFile(b"pixels"), save=False)
        picture.byte_size = 6
        picture.save(update_fields=["file", "byte_size"])
    write_note(request, body="Seen it myself.", token=uuid4(), by=petro(), at=NOON)
    write_as_staff(request, body="It is a bug.", token=uuid4(), by=petro(), at=NOON, seen_up_to=0)
    decided = transitions.decide(request, verdict=Verdict.REFUND, letter="Sorry.", by=petro(), at=NOON)
    return decided.refund_request


def _made_elsewhere(scene: Scene) -> None:
    payment = scene.payment("50.00")
    scene.sandbox.book.refund(payment.provider_reference, 2100, "USD", attempt="", made_by="dashboard")
    match(payment, provider=scene.provider, by=WORKER, at=scene.now)
    assert ExternalRefund.objects.get().reserved_minor == 2100


def told(scene: Scene, *, asked: bool) -> str:
    """What is wrong, one a line, with or without asking the provider."""
    providers: dict[str, Provider] = {"sandbox": scene.provider}
    wrong = problems(at=scene.now + timedelta(minutes=1), providers=providers if asked else None)
    return "\n".join(problem.numbered for problem in wrong)


def past_every_guard(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount, "nothing was tampered with"


TAMPERED: dict[str, tuple[str, str]] = {
    "more reserved": ("UPDATE orders_payment SET reserved_minor = reserved_minor - 1", "I2 reserved"),
    "more captured": (
        "UPDATE orders_payment SET captured_minor = captured_minor + 1",
        "I1 provider: {payment}: the provider captured another amount.",
    ),
    "a refund of more": ("UPDATE refunds_refund SET amount_minor = amount_minor + 1", "I2 reserved"),
    "a refund of less, and as little reserved": (
        "WITH less AS (UPDATE refunds_refund SET amount_minor = amount_minor - 1 RETURNING payment_id) "
        "UPDATE orders_payment SET reserved_minor = reserved_minor - 1 "
        "WHERE id IN (SELECT payment_id FROM less)",
        "L books",
    ),
    "a refund said to be settled": ("UPDATE refunds_refund SET state = 'settled'", "I4 moves"),
    "a refund of another round": ("UPDATE refunds_refund SET decision_round = 7", "I7 approvals"),
    "a refund opened earlier": (
        "UPDATE refunds_refund SET opened_at = opened_at - interval '1 day'",
        "I4 moves: {refund}: nothing records that it was opened.",
    ),
    "a refund gone": (
        "DELETE FROM refunds_refund",
        "I4 moves: event {event}: what it tells of is not there any more.",
    ),
    "a refund nobody looks at": (
        "UPDATE refunds_refund SET next_look_at = NULL, state = 'sending'",
        "I5 silence",
    ),
    "another key": (
        "UPDATE refunds_attempt SET key = key || '0'",
        "I4 moves: {refund}: its attempts are not",
    ),
    "an attempt gone": (
        "DELETE FROM refunds_attempt",
        "I4 moves: {refund}: its attempts are not those made.",
    ),
    "another answer": (
        "UPDATE refunds_attemptanswer SET said = 'failed'",
        "I4 moves: {refund}: the provider is not on record with what its state says.",
    ),
    "an answer of another amount": (
        "UPDATE refunds_attemptanswer SET amount_minor = 1",
        "I4 moves: {refund}: the provider is not on record with what its state says.",
    ),
    "an entry of another amount": ("UPDATE refunds_ledgerentry SET minor = minor + 1", "L books: ledger"),
    "both entries of another amount": (
        "UPDATE refunds_ledgerentry SET minor = minor + sign(minor)",
        "L books: {refund}: the books do not show what",
    ),
    "an entry on another account": (
        "UPDATE refunds_ledgerentry SET account = 'ours' WHERE account = 'refunds_owed'",
        "L books",
    ),
    "an entry in another currency": (
        "UPDATE refunds_ledgerentry SET currency = 'EUR'",
        "L books: {refund}: the books do not show what",
    ),
    "entries gone": ("DELETE FROM refunds_ledgerentry", "L books: ledger transaction"),
    "an external refund of less": (
        "UPDATE refunds_externalrefund SET amount_minor = 2000, reserved_minor = 2000",
        "L books: external refund {external}: the books do not show what became of it.",
    ),
    "an external refund gone": ("DELETE FROM refunds_externalrefund", "I2 reserved"),
    "a step that was never allowed": (
        "UPDATE audit_event SET details = jsonb_set(details, '{to}', '\"draft\"') "
        "WHERE action = 'refund.pending'",
        "records a move that is not allowed.",
    ),
    "a step gone": ("DELETE FROM audit_event WHERE action = 'refund.sending'", "I4 moves: {refund}: event"),
    "a request gone": (
        "DELETE FROM refund_requests_refundrequest",
        "I3 records: {reference}: it was acknowledged, and is not",
    ),
    "a request of another member": (
        "UPDATE refund_requests_refundrequest SET member_id = "
        "(SELECT id FROM accounts_user WHERE email LIKE 'petro%')",
        "I3 records: {reference}: it is not the request that was acknowledged.",
    ),
    "a request in another state": (
        "UPDATE refund_requests_refundrequest SET state = 'refunded'",
        "I4 moves: {reference}: it is",
    ),
    "a message gone": ("DELETE FROM refund_requests_message", "I3 records: {reference}: a message of it"),
    "a note shown to the member": (
        "UPDATE refund_requests_message SET visibility = 'public'",
        "I3 records: {reference}: a message of it is not the one that was acknowledged.",
    ),
    "a file's row gone": (
        "DELETE FROM refund_requests_evidence",
        "I3 records: {reference}: it has fewer files than were acknowledged.",
    ),
    "a second decision": (
        "ALTER TABLE refund_requests_decision DROP CONSTRAINT one_decision_a_round; "
        "INSERT INTO refund_requests_decision (refund_request_id, round, verdict, amount_minor, currency, "
        "letter, author_id, at, needs_approval) SELECT refund_request_id, round, verdict, amount_minor, "
        "currency, letter, author_id, at, needs_approval FROM refund_requests_decision",
        "I6 decisions: {reference}: one round of it has two decisions.",
    ),
    "a decision turned round": (
        "UPDATE refund_requests_decision SET verdict = 'decline', amount_minor = 0, needs_approval = false",
        "I6 decisions: {reference}: it stands decided, and its round has no such decision.",
    ),
    "a decision of another author": (
        "UPDATE refund_requests_decision SET author_id = "
        "(SELECT id FROM accounts_user WHERE email LIKE 'finn%')",
        "I6 decisions: {reference}: its history tells of another decision.",
    ),
    "a decision of more": (
        "UPDATE refund_requests_decision SET amount_minor = amount_minor + 1",
        "I6 decisions: {reference}: the lines of a decision do not add up to it.",
    ),
    "a decision and its line of more": (
        "WITH more AS (UPDATE refund_requests_decision SET amount_minor = amount_minor + 1 RETURNING id) "
        "UPDATE refund_requests_decisionline SET amount_minor = amount_minor + 1",
        "I7 approvals: {reference}: there are refunds of it of another amount than was decided.",
    ),
    "a line of less": ("UPDATE refund_requests_decisionline SET amount_minor = 1", "I6 decisions"),
    "a decision of another round": (
        "UPDATE refund_requests_decision SET round = 5",
        "a round that never came.",
    ),
    "an approval gone": (
        "DELETE FROM refund_requests_approval",
        "I7 approvals: {approved}: it went on without the second person that it needs.",
    ),
    "an approval by its maker": (
        "UPDATE refund_requests_approval SET approver_id = (SELECT id FROM accounts_user "
        "WHERE email LIKE 'petro%')",
        "I7 approvals: {approved}: the maker of a decision agreed to it as the second person.",
    ),
    "an approval by another": (
        "UPDATE refund_requests_approval SET approver_id = (SELECT id FROM accounts_user "
        "WHERE email LIKE 'olena%')",
        "I7 approvals: {approved}: another person agreed to it than its history says.",
    ),
    "an approval that was not needed": (
        "UPDATE refund_requests_decision SET needs_approval = false WHERE amount_minor = 45000",
        "I7 approvals: {approved}: one person decided it alone, above their limit.",
    ),
}
"""SQL past every guard → what is said of it."""


def test_a_world_in_order_has_nothing_to_tell(world: Scene) -> None:
    assert told(world, asked=True) == ""
    out = StringIO()
    call_command("verify", "money", "--offline", stdout=out)
    assert out.getvalue().startswith("The rows are right: I2 to I7 hold")


def test_whatever_is_tampered_with_is_told(world: Scene) -> None:
    names = _names()
    untold = {}
    for what, (sql, sentence) in TAMPERED.items():
        with transaction.atomic():
            past_every_guard(sql)
            said = told(world, asked=sentence.startswith("I1"))
            if sentence.format(**names) not in said:
                untold[what] = said
            transaction.set_rollback(True)
    assert untold == {}


def test_the_command_ends_with_one_and_says_what_is_wrong(world: Scene) -> None:
    past_every_guard("UPDATE refunds_ledgerentry SET minor = minor + sign(minor)")
    said = StringIO()
    with pytest.raises(CommandError, match="Problems with the money: ") as refused:
        call_command("verify", "money", "--offline", stderr=said)
    assert refused.value.returncode == 1
    assert said.getvalue().startswith("L books: ledger transaction ")


def test_a_file_that_is_not_on_the_disk_is_told(world: Scene) -> None:
    first, second = Evidence.objects.order_by("pk")
    Path(first.file.path).unlink()
    Path(second.file.path).write_bytes(b"other pixels")
    said = told(world, asked=False)
    assert f"I3 records: file {first.pk} of {first.refund_request}: it is not on the disk any more." in said
    assert f"file {second.pk} of {second.refund_request}: it has 12 bytes on the disk, and had 6." in said


def test_an_external_refund_under_another_name_is_told(world: Scene) -> None:
    past_every_guard("UPDATE refunds_externalrefund SET provider_refund_id = 'another'")
    said = told(world, asked=True)
    assert "at the provider is not known here." in said
    assert "refund another made outside is not there any more." in said


def test_a_decision_to_refund_that_nothing_followed_is_told_after_a_day(world: Scene) -> None:
    order = an_order(olena(), purchased_at=people.ago(days=21))
    request = transitions.decide(
        cases.ready_to_decide(order), verdict=Verdict.REFUND, letter="Sorry.", by=petro(), at=NOON
    ).refund_request
    wrong = [each.numbered for each in problems(at=NOON + timedelta(hours=25)) if each.about == str(request)]
    assert wrong == [f"I5 silence: {request}: it was decided to refund it, and no refund was opened."]


def _names() -> dict[str, object]:
    refund = Refund.objects.get(amount_minor=7900)
    gone = Event.objects.filter(subject_kind="refund", subject_id=refund.pk, details__has_key="to")
    return {
        "payment": refund.payment,
        "refund": f"refund {refund.pk} for {refund.reference}",
        "reference": refund.reference,
        "event": gone.earliest("pk").pk,
        "external": ExternalRefund.objects.get().pk,
        "approved": Approval.objects.get().decision.refund_request.reference,
    }
