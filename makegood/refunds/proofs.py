"""Proves from the database alone that the refunds are right: each proof is a few statements over all rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q

from makegood.audit.proving import Problem, rows, wrong_moves
from makegood.refunds import queries
from makegood.refunds.models import Refund
from makegood.refunds.providers.base import Said
from makegood.refunds.states import FINAL, GIVEN_UP, MOVES, PAID, UNSENT, State

SILENCE_LIMIT = timedelta(hours=24)


def reserved() -> Iterator[Problem]:
    """What a payment has reserved is what refunds and lost disputes take, and never above the capture."""
    found = rows(_RESERVED, [_values(GIVEN_UP)])
    for provider, reference, taken, reserved_minor, captured_minor in found:
        about = f"{provider} {reference}"
        if reserved_minor != taken:
            yield Problem(
                "reserved",
                about,
                f"{reserved_minor} are reserved, but its refunds take {taken} (minor units).",
            )
        if reserved_minor > captured_minor:
            yield Problem("reserved", about, "more is reserved than was captured.")


def moves() -> Iterator[Problem]:
    """Every state was reached by allowed moves, each with who and when, and by the provider's word."""
    begins = f"CASE WHEN one.replaces_id IS NULL THEN '{State.APPROVED}' ELSE '{State.DRAFT}' END"
    yield from wrong_moves(
        "refund",
        "refunds_refund",
        begins=begins,
        moves=MOVES,
        name="'refund ' || one.id || ' for ' || one.reference",
    )
    yield from _told(rows(_NEVER_OPENED), "moves", "nothing records that it was opened.")
    yield from _told(
        rows(_ATTEMPTS, [_values(UNSENT | {State.CANCELED})]), "moves", "its attempts are not those made."
    )
    yield from _told(
        rows(_UNSAID, _WORDS), "moves", "the provider is not on record with what its state says."
    )


def silence(at: datetime) -> Iterator[Problem]:
    """Nothing unfinished is forgotten: it is scheduled, or in a person's list."""
    unfinished = Refund.objects.exclude(state__in=sorted(FINAL))
    listed = queries.waiting_for_a_person().order_by().values("pk")
    overdue = Q(next_look_at=None) | Q(next_look_at__lt=at - SILENCE_LIMIT)
    for refund in unfinished.exclude(pk__in=listed).filter(overdue):
        yield Problem("silence", _name(refund), f"nothing will happen to it, and it is “{refund.state}”.")


def approvals() -> Iterator[Problem]:
    """A refund that pays another way was proposed by one person, and approved by another before it went."""
    proposed = Refund.objects.filter(Q(drafted_by__isnull=False) | Q(replaces__isnull=False))
    unapproved = Q(approved_by=None) & ~Q(state__in=[State.DRAFT, State.CANCELED])
    for refund in proposed.filter(unapproved | Q(approved_by=F("drafted_by")) | Q(drafted_by=None)):
        yield Problem("approvals", _name(refund), "nobody but its maker approved it.")
    yield from _told(rows(_APPROVED_BY), "approvals", "another person approved it than its history says.")


def books() -> Iterator[Problem]:
    """Every transaction sums to zero, and says of each refund what its state says."""
    for key, currency in rows(_UNEVEN):
        yield Problem("books", f"ledger transaction {key}", f"it does not sum to zero in {currency}.")
    for (key,) in rows(_EMPTY):
        yield Problem("books", f"ledger transaction {key}", "it has no entries.")
    for key, kind in rows(_MISPOSTED):
        yield Problem("books", f"ledger transaction {key}", f"it does not post what “{kind}” means.")
    states = [_values(PAID), _values(PAID | {State.DRAFT, State.CANCELED})]
    for key, reference, state, is_paid_right, is_owed_right in rows(_OF_REFUNDS, states):
        about = f"refund {key} for {reference}"
        if not is_paid_right:
            yield Problem("books", about, f"the books do not show what “{state}” means.")
        if not is_owed_right:
            yield Problem("books", about, "what the books owe for it is not what it still has to pay.")
    for (key,) in rows(_OF_EXTERNAL):
        yield Problem("books", f"external refund {key}", "the books do not show what became of it.")


def _told(found: Iterable[tuple[int, str]], invariant: str, sentence: str) -> Iterator[Problem]:
    for key, reference in found:
        yield Problem(invariant, f"refund {key} for {reference}", sentence)


def _name(refund: Refund) -> str:
    return f"refund {refund.pk} for {refund.reference}"


def _values(states: Iterable[State]) -> list[str]:
    return sorted(state.value for state in states)


_RESERVED = """
    SELECT payment.provider, payment.provider_reference, ours.taken + theirs.taken + banks.taken,
        payment.reserved_minor, payment.captured_minor
    FROM orders_payment AS payment
    LEFT JOIN (
        SELECT payment_id, sum(amount_minor) AS taken FROM refunds_refund
        WHERE state <> ALL(%s) GROUP BY payment_id
    ) AS of_ours ON of_ours.payment_id = payment.id
    LEFT JOIN (
        SELECT payment_id, sum(reserved_minor) AS taken FROM refunds_externalrefund GROUP BY payment_id
    ) AS of_theirs ON of_theirs.payment_id = payment.id
    LEFT JOIN (
        SELECT payment_id, sum(reserved_minor) AS taken FROM refunds_dispute GROUP BY payment_id
    ) AS of_banks ON of_banks.payment_id = payment.id,
    LATERAL (SELECT COALESCE(of_ours.taken, 0)) AS ours(taken),
    LATERAL (SELECT COALESCE(of_theirs.taken, 0)) AS theirs(taken),
    LATERAL (SELECT COALESCE(of_banks.taken, 0)) AS banks(taken)
    WHERE payment.reserved_minor <> ours.taken + theirs.taken + banks.taken
        OR payment.reserved_minor > payment.captured_minor
    ORDER BY payment.id
"""
_NEVER_OPENED = """
    SELECT refund.id, refund.reference FROM refunds_refund AS refund
    LEFT JOIN audit_event AS opened ON opened.subject_kind = 'refund' AND opened.subject_id = refund.id
        AND opened.action = 'refund.opened' AND opened.thread = refund.reference
        AND opened.at = refund.opened_at
    WHERE opened.id IS NULL
"""
# What was sent has attempts, counted from one without a gap, each under the key of the refund.
_ATTEMPTS = """
    SELECT refund.id, refund.reference FROM refunds_refund AS refund
    LEFT JOIN (
        SELECT refund_id, count(*) AS made, max(number) AS latest,
            array_agg(key::text ORDER BY number) AS keys
        FROM refunds_attempt GROUP BY refund_id
    ) AS attempts ON attempts.refund_id = refund.id
    WHERE (attempts.made IS NULL AND refund.state <> ALL(%s))
        OR attempts.made <> attempts.latest
        OR attempts.keys <> (
            SELECT array_agg(replace(refund.key_stem::text, '-', '') || '-' || number ORDER BY number)
            FROM generate_series(1, attempts.latest) AS number
        )
"""
_SAID_FOR = {
    State.PENDING: (Said.PENDING,),
    State.SUCCEEDED: (Said.SUCCEEDED, Said.SETTLED),
    # Of a provider that does not tell arrivals, what it made counts as arrived in the end.
    State.SETTLED: (Said.SUCCEEDED, Said.SETTLED),
    State.FAILED: (Said.FAILED, Said.CANCELED),
    State.BOUNCED: (Said.FAILED, Said.CANCELED),
}
_PAIRS = [(state.value, word.value) for state, words in _SAID_FOR.items() for word in words]
_WORDS = {"states": [state for state, _ in _PAIRS], "said": [word for _, word in _PAIRS]}
_UNSAID = """
    WITH means(state, said) AS (SELECT * FROM unnest(%(states)s::text[], %(said)s::text[])),
    latest AS (
        SELECT DISTINCT ON (refund_id) refund_id, id FROM refunds_attempt ORDER BY refund_id, number DESC
    )
    SELECT refund.id, refund.reference FROM refunds_refund AS refund
    WHERE refund.state IN (SELECT state FROM means) AND NOT EXISTS (
        SELECT FROM latest JOIN refunds_attemptanswer AS answer ON answer.attempt_id = latest.id
        JOIN means ON means.said = answer.said AND means.state = refund.state
        WHERE latest.refund_id = refund.id
            AND (answer.amount_minor IS NULL OR answer.amount_minor = refund.amount_minor)
    )
"""
_APPROVED_BY = """
    SELECT refund.id, refund.reference FROM refunds_refund AS refund
    JOIN audit_event AS approved ON approved.subject_kind = 'refund' AND approved.subject_id = refund.id
        AND approved.action = 'refund.approved'
    WHERE refund.approved_by_id IS DISTINCT FROM approved.actor_id
"""
_UNEVEN = """
    SELECT transaction_id, currency FROM refunds_ledgerentry
    GROUP BY transaction_id, currency HAVING sum(minor) <> 0 ORDER BY transaction_id
"""
_EMPTY = """
    SELECT id FROM refunds_ledgertransaction AS made
    WHERE NOT EXISTS (SELECT FROM refunds_ledgerentry WHERE transaction_id = made.id)
"""
# As `ledger` posts each kind; what more a transaction may hold sums to zero by itself.
_MISPOSTED = """
    WITH means(kind, of_ours, debit, credit) AS (
        VALUES ('owed', true, 'refunds_given', 'refunds_owed'),
            ('waived', true, 'refunds_owed', 'refunds_given'),
            ('paid', true, 'refunds_owed', 'provider'), ('returned', true, 'provider', 'refunds_owed'),
            ('paid', false, 'refunds_given', 'provider'), ('returned', false, 'provider', 'refunds_given')
    ), posted AS (
        SELECT made.id, made.kind, entry.minor, entry.currency = one.currency AS is_its_currency,
            CASE entry.account
                WHEN 'provider:' || one.provider THEN 'provider' ELSE entry.account
            END AS account, one.amount_minor, one.of_ours
        FROM refunds_ledgertransaction AS made
        JOIN refunds_ledgerentry AS entry ON entry.transaction_id = made.id
        JOIN (
            SELECT id, true AS of_ours, amount_minor, currency, provider FROM refunds_refund
            UNION ALL
            SELECT external.id, false, external.amount_minor, external.currency, payment.provider
            FROM refunds_externalrefund AS external JOIN orders_payment AS payment ON payment.id = payment_id
        ) AS one ON one.id = COALESCE(made.refund_id, made.external_refund_id)
            AND one.of_ours = (made.refund_id IS NOT NULL)
    )
    SELECT posted.id, posted.kind FROM posted
    JOIN means ON means.kind = posted.kind AND means.of_ours = posted.of_ours
    GROUP BY posted.id, posted.kind HAVING NOT (
        bool_or(is_its_currency AND account = debit AND minor = amount_minor)
        AND bool_or(is_its_currency AND account = credit AND minor = -amount_minor)
    )
"""
_OF_REFUNDS = """
    WITH sums AS (
        SELECT refund.id,
            -sum(entry.minor) FILTER (WHERE entry.account = 'provider:' || refund.provider) AS paid,
            -sum(entry.minor) FILTER (WHERE entry.account = 'refunds_owed') AS owed,
            bool_or(made.kind = 'waived') AS waived,
            bool_or(entry.currency <> refund.currency) AS strange
        FROM refunds_refund AS refund
        JOIN refunds_ledgertransaction AS made ON made.refund_id = refund.id
        JOIN refunds_ledgerentry AS entry ON entry.transaction_id = made.id
        GROUP BY refund.id
    ), checked AS (
        SELECT refund.id, refund.reference, refund.state,
            COALESCE(sums.paid, 0) = CASE WHEN refund.state = ANY(%s) THEN refund.amount_minor ELSE 0 END
                AND sums.strange IS NOT TRUE AS is_paid_right,
            COALESCE(sums.owed, 0) = CASE
                WHEN sums.waived IS TRUE OR refund.state = ANY(%s) THEN 0 ELSE refund.amount_minor
            END AS is_owed_right
        FROM refunds_refund AS refund LEFT JOIN sums ON sums.id = refund.id
    )
    SELECT * FROM checked WHERE NOT (is_paid_right AND is_owed_right)
"""
_OF_EXTERNAL = """
    SELECT external.id FROM refunds_externalrefund AS external
    JOIN orders_payment AS payment ON payment.id = external.payment_id
    LEFT JOIN refunds_ledgertransaction AS made ON made.external_refund_id = external.id
    LEFT JOIN refunds_ledgerentry AS entry ON entry.transaction_id = made.id
        AND entry.account = 'provider:' || payment.provider
    GROUP BY external.id
    HAVING -COALESCE(sum(entry.minor), 0)
        <> CASE WHEN external.undone_at IS NULL THEN external.amount_minor ELSE 0 END
"""
