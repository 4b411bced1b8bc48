"""The triggers by which PostgreSQL counts what happens: no program can forget to.

They hang on proxies, for the tables belong to layers below, which know nothing of reports. What they call is
in the migrations of this app.
"""

from __future__ import annotations

import pgtrigger

from makegood.audit.models import Event
from makegood.queue.models import MissedPromise, Promise
from makegood.refund_requests.models import RefundRequest
from makegood.refunds.models import Refund

COLUMNS = "(at, what, key, under, currency, number, amount_minor)"
COUNTED_ACTIONS = (
    "refund_request.approved",
    "refund_request.declined",
    "refund_request.withdrawn",
    "refund_request.fix_works",
    "refund_request.solved_by_silence",
    "refund_request.approval_asked",
    "refund_request.approval_refused",
    "refund_request.asked_to_try",
    "refund_request.message_from_us",
    "refund_request.taken",
    "refund_request.taken_out_of_turn",
    "refund_request.put_back",
    "refund_request.lease_expired",
    "refund_request.handed_back",
    "refund_request.member_answered",
    "refund_request.engineers_answered",
    "refund_request.fix_failed",
    "refund_request.reopened",
)
_ACTIONS = ", ".join(f"'{action}'" for action in COUNTED_ACTIONS)
_WAS_PAID = "OLD.state IN ('succeeded', 'settled') AND OLD.succeeded_at IS NOT NULL"
_IS_PAID = "NEW.state IN ('succeeded', 'settled') AND NEW.succeeded_at IS NOT NULL"


class CountedRequest(RefundRequest):
    """A request: that it was received, and whether it waits."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="reports_received",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    INSERT INTO reports_mark (at, what, key, number)
                    VALUES (NEW.received_at, 'received', NEW.ground, 1);
                    IF NEW.state = 'waiting' THEN
                        INSERT INTO reports_mark (at, what, number) VALUES (NEW.queued_at, 'waiting', 1);
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="reports_waiting",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IS DISTINCT FROM NEW.state OR OLD.queued_at IS DISTINCT FROM NEW.queued_at"
                ),
                func="""
                    IF OLD.state = 'waiting' THEN
                        INSERT INTO reports_mark (at, what, number) VALUES (OLD.queued_at, 'waiting', -1);
                    END IF;
                    IF NEW.state = 'waiting' THEN
                        INSERT INTO reports_mark (at, what, number) VALUES (NEW.queued_at, 'waiting', 1);
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="reports_gone",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                func="""
                    INSERT INTO reports_mark (at, what, key, number)
                    VALUES (OLD.received_at, 'received', OLD.ground, -1);
                    IF OLD.state = 'waiting' THEN
                        INSERT INTO reports_mark (at, what, number) VALUES (OLD.queued_at, 'waiting', -1);
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]


class CountedEvent(Event):
    """What happened to a request."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="reports_happened",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(f"NEW.action IN ({_ACTIONS})"),
                func=f"""
                    INSERT INTO reports_mark {COLUMNS} SELECT * FROM reports_of_event(NEW.id);
                    IF NEW.actor_id IS NOT NULL THEN
                        INSERT INTO reports_mark {COLUMNS} SELECT * FROM reports_of_person(NEW.id);
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608  # only our own words
            )
        ]


class CountedPromise(Promise):
    """A promise, on the day that it is due."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="reports_promised",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    INSERT INTO reports_mark (at, what, number) VALUES (NEW.due_at, 'promise_due', 1);
                    RETURN NULL;
                """,
            )
        ]


class CountedMiss(MissedPromise):
    """A promise that was missed, on the day that it was due."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="reports_missed",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    INSERT INTO reports_mark (at, what, number)
                    SELECT due_at, 'promise_missed', 1 FROM queue_promise WHERE id = NEW.promise_id;
                    RETURN NULL;
                """,
            )
        ]


class CountedRefund(Refund):
    """Money that left us, until it comes back."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="reports_paid",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IS DISTINCT FROM NEW.state"
                    " OR OLD.succeeded_at IS DISTINCT FROM NEW.succeeded_at"
                ),
                func=f"""
                    IF {_WAS_PAID} AND {_IS_PAID} AND OLD.succeeded_at = NEW.succeeded_at THEN
                        RETURN NULL;
                    END IF;
                    IF {_WAS_PAID} THEN
                        INSERT INTO reports_mark {COLUMNS}
                        SELECT * FROM reports_of_refund(NEW.id, OLD.succeeded_at, -1);
                    END IF;
                    IF {_IS_PAID} THEN
                        INSERT INTO reports_mark {COLUMNS}
                        SELECT * FROM reports_of_refund(NEW.id, NEW.succeeded_at, 1);
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608  # only our own words
            )
        ]
