"""The triggers by which PostgreSQL keeps the words of each request: no program can forget to.

They hang on proxies, for the tables belong to layers below, which know nothing of the search. What they
call, `search_reckon`, `search_add` and `search_decided`, is in the migrations of this app.
"""

from __future__ import annotations

import pgtrigger

from makegood.accounts.models import User
from makegood.refund_requests.models import (
    Assessment,
    DisputedFact,
    Finding,
    Message,
    NamedOrder,
    RefundRequest,
)

_OF_THE_REQUEST = "PERFORM search_reckon(NEW.refund_request_id); RETURN NULL;"


def _when_written(name: str, func: str, condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=pgtrigger.Insert, func=func, condition=condition
    )


def _when_changed(column: str, func: str = _OF_THE_REQUEST) -> pgtrigger.Trigger:
    """Words that are replaced, as erasing does, are gone at once: the entry is reckoned anew."""
    return pgtrigger.Trigger(
        name=f"search_{column}_changed",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(column),  # type: ignore[no-untyped-call]
        func=func,
        condition=pgtrigger.Condition(f"OLD.{column} IS DISTINCT FROM NEW.{column}"),
    )


def _said(words: str, *, by: str = "NULL", is_note: str = "false", weight: str) -> str:
    """SQL that adds what was just written to the entry of its request; a note is in its writer's language."""
    return f"PERFORM search_add(NEW.refund_request_id, {by}, {is_note}, {words}, '{weight}'); RETURN NULL;"


class SearchedRequest(RefundRequest):
    """A request, whose entry begins with it."""

    class Meta:
        proxy = True
        triggers = [
            _when_written(
                "search_begun",
                # Its member's name is read below: whoever changes it waits for us, or we for them.
                """
                PERFORM FROM accounts_user WHERE id = NEW.member_id FOR KEY SHARE;
                PERFORM pg_advisory_xact_lock_shared('accounts_user'::regclass::int, NEW.member_id::int);
                INSERT INTO search_entry (refund_request_id, words) VALUES (NEW.id, '');
                PERFORM search_reckon(NEW.id);
                RETURN NULL;
                """,
            ),
            _when_changed("answers", "PERFORM search_reckon(NEW.id); RETURN NULL;"),
        ]


class SearchedOrder(NamedOrder):
    """An order that a request names: its number and price."""

    class Meta:
        proxy = True
        triggers = [_when_written("search_named", _OF_THE_REQUEST)]


class SearchedMessage(Message):
    """A message or a note."""

    class Meta:
        proxy = True
        triggers = [
            _when_written(
                "search_said",
                _said("NEW.body", by="NEW.author_id", is_note="NEW.visibility = 'internal'", weight="D"),
            ),
            _when_changed("body"),
        ]


class SearchedDispute(DisputedFact):
    """Why a member says that our records are wrong."""

    class Meta:
        proxy = True
        triggers = [
            _when_written("search_said", _said("NEW.why", weight="C")),
            _when_changed("why"),
        ]


class SearchedFinding(Finding):
    """What staff noted about something they established."""

    class Meta:
        proxy = True
        triggers = [
            _when_written(
                "search_said",
                _said("NEW.note", by="NEW.author_id", is_note="true", weight="D"),
                pgtrigger.Condition("NEW.note <> ''"),
            ),
            _when_changed("note"),
        ]


class SearchedAssessment(Assessment):
    """What the policy answered, and by which clauses."""

    class Meta:
        proxy = True
        triggers = [
            _when_written("search_decided", "PERFORM search_decided(NEW.refund_request_id); RETURN NULL;")
        ]


class SearchedMember(User):
    """A member, who is found by name and address, and whose language says how their words are bent."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="search_member_changed",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("name", "email", "language"),  # type: ignore[no-untyped-call]
                # A request sent in this moment has read the old name: wait for it, then look for requests.
                func="""
                    PERFORM pg_advisory_xact_lock('accounts_user'::regclass::int, NEW.id::int);
                    PERFORM search_reckon(id) FROM refund_requests_refundrequest
                    WHERE member_id = NEW.id ORDER BY id;
                    RETURN NULL;
                """,
                condition=pgtrigger.Condition(
                    "((OLD.name, OLD.email, OLD.language) "
                    "IS DISTINCT FROM (NEW.name, NEW.email, NEW.language))"
                ),
            )
        ]
