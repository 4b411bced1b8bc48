"""Proves from rows and files that what was acknowledged is kept and decided once, over all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.files.storage import Storage
from django.db.models import Q

from makegood.audit.proving import Problem, rows, wrong_moves
from makegood.refund_requests.models import Evidence
from makegood.refund_requests.states import MOVES, State


def records() -> Iterator[Problem]:
    """Every request, message and file that was acknowledged is there, as its event tells of it."""
    yield from _told(rows(_GONE), "records", "it was acknowledged, and is not there any more.")
    yield from _told(rows(_NEVER_SENT), "records", "it is not the request that was acknowledged.")
    yield from _told(rows(_MESSAGES), "records", "a message of it is not the one that was acknowledged.")
    yield from _told(rows(_FILES), "records", "it has fewer files than were acknowledged.")
    yield from _files_on_disk()


def moves() -> Iterator[Problem]:
    """Every request came to its state by allowed moves."""
    yield from wrong_moves(
        "refundrequest",
        "refund_requests_refundrequest",
        begins=f"'{State.WAITING}'",
        moves=MOVES,
        name="one.reference",
    )


def decisions() -> Iterator[Problem]:
    """Each round of a request has at most one decision: the one on record, and what its lines add up to."""
    yield from _told(rows(_TWO), "decisions", "one round of it has two decisions.")
    yield from _told(rows(_UNDECIDED), "decisions", "it stands decided, and its round has no such decision.")
    yield from _told(rows(_NOT_ON_RECORD), "decisions", "its history tells of another decision.")
    yield from _told(rows(_LINES), "decisions", "the lines of a decision do not add up to it.")
    yield from _told(rows(_ANOTHER_ROUND), "decisions", "it has a decision of a round that never came.")


def _files_on_disk() -> Iterator[Problem]:
    """The file of each picture that was sent, of the size that was kept, and its small pictures."""
    sent = Evidence.objects.filter(Q(refund_request__isnull=False) | Q(unsent_in__isnull=False))
    for picture in sent.select_related("refund_request", "unsent_in").order_by("pk").iterator():
        of = picture.refund_request or picture.unsent_in
        for sentence in _wrong_with(picture, picture.file.storage):
            yield Problem("records", f"file {picture.pk} of {of}", sentence)


def _wrong_with(picture: Evidence, storage: Storage) -> Iterator[str]:
    try:
        kept = storage.size(str(picture.file.name))
    except FileNotFoundError:
        yield "it is not on the disk any more."
        return
    if kept != picture.byte_size:
        yield f"it has {kept} bytes on the disk, and had {picture.byte_size}."
    names = [picture.thumbnail_name(page) for page in range(1, picture.thumbnails + 1)]
    if not all(storage.exists(name) for name in names):
        yield "a small picture of it is not on the disk any more."


def _told(found: Iterable[tuple[str]], invariant: str, sentence: str) -> Iterator[Problem]:
    for (reference,) in found:
        yield Problem(invariant, reference, sentence)


_GONE = """
    SELECT sent.thread FROM audit_event AS sent
    LEFT JOIN refund_requests_refundrequest AS request
        ON request.id = sent.subject_id AND request.reference = sent.thread
    WHERE sent.action = 'refund_request.submitted' AND request.id IS NULL
"""
_NEVER_SENT = """
    SELECT request.reference FROM refund_requests_refundrequest AS request
    LEFT JOIN audit_event AS sent ON sent.action = 'refund_request.submitted'
        AND sent.subject_kind = 'refundrequest' AND sent.subject_id = request.id
    WHERE sent.id IS NULL OR sent.actor_id IS DISTINCT FROM request.member_id
        OR sent.at <> request.received_at OR sent.details->>'ground' <> request.ground
"""
_MESSAGES = """
    WITH told AS (
        SELECT (details->>'message')::bigint AS id, subject_id, actor_id, at, thread,
            action = 'refund_request.note_written' AS internal,
            action <> 'refund_request.message_from_member' AS from_staff
        FROM audit_event WHERE action IN (
            'refund_request.message_from_member', 'refund_request.message_from_us',
            'refund_request.note_written'
        )
    )
    SELECT DISTINCT COALESCE(told.thread, request.reference)
    FROM told FULL JOIN refund_requests_message AS message ON message.id = told.id
    LEFT JOIN refund_requests_refundrequest AS request ON request.id = message.refund_request_id
    WHERE message.id IS NULL OR told.id IS NULL OR message.refund_request_id <> told.subject_id
        OR message.author_id <> told.actor_id OR message.at <> told.at
        OR message.from_staff <> told.from_staff OR (message.visibility = 'internal') <> told.internal
"""
# Of a member who was erased no file is left; that was done on the record.
_FILES = """
    SELECT request.reference FROM refund_requests_refundrequest AS request
    JOIN (
        SELECT subject_id, sum(CASE
            WHEN action = 'refund_request.submitted' THEN COALESCE((details->>'files')::int, 0) ELSE 1
        END) AS files
        FROM audit_event WHERE action IN ('refund_request.submitted', 'refund_request.evidence_added')
        GROUP BY subject_id
    ) AS told ON told.subject_id = request.id
    LEFT JOIN (
        SELECT refund_request_id, count(*) AS files FROM refund_requests_evidence
        WHERE refund_request_id IS NOT NULL GROUP BY refund_request_id
    ) AS kept ON kept.refund_request_id = request.id
    WHERE COALESCE(kept.files, 0) < told.files AND NOT EXISTS (
        SELECT FROM audit_event WHERE action = 'account.erased'
            AND subject_kind = 'user' AND subject_id = request.member_id
    )
"""
_TWO = """
    SELECT request.reference FROM refund_requests_decision AS decision
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    GROUP BY request.reference, decision.round HAVING count(*) > 1
"""
_UNDECIDED = """
    SELECT request.reference FROM refund_requests_refundrequest AS request
    LEFT JOIN refund_requests_decision AS decision
        ON decision.refund_request_id = request.id AND decision.round = request.round
    WHERE (request.state IN ('awaiting_approval', 'approved', 'refunded')
            AND decision.verdict IS DISTINCT FROM 'refund')
        OR (request.state = 'declined' AND decision.verdict IS DISTINCT FROM 'decline')
"""
_NOT_ON_RECORD = """
    WITH told AS (
        SELECT DISTINCT ON (details->'decision')
            (details->>'decision')::bigint AS id, subject_id, actor_id, at
        FROM audit_event
        WHERE subject_kind = 'refundrequest' AND details ? 'decision'
        ORDER BY details->'decision', audit_event.id
    )
    SELECT DISTINCT request.reference
    FROM told FULL JOIN refund_requests_decision AS decision ON decision.id = told.id
    JOIN refund_requests_refundrequest AS request
        ON request.id = COALESCE(decision.refund_request_id, told.subject_id)
    WHERE told.id IS NULL OR decision.id IS NULL OR decision.refund_request_id <> told.subject_id
        OR decision.author_id <> told.actor_id OR decision.at <> told.at
"""
_LINES = """
    SELECT request.reference FROM refund_requests_decision AS decision
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    LEFT JOIN (
        SELECT decision_id, sum(amount_minor) AS amount FROM refund_requests_decisionline GROUP BY decision_id
    ) AS lines ON lines.decision_id = decision.id
    WHERE lines.amount IS DISTINCT FROM decision.amount_minor
"""
_ANOTHER_ROUND = """
    SELECT request.reference FROM refund_requests_decision AS decision
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    WHERE decision.round > request.round
"""
