"""What PostgreSQL itself refuses of roles: losing the last owner, and giving much without a second one."""

from __future__ import annotations

import pgtrigger

from makegood.accounts.roles import FOR_TWO_OWNERS, Role

# One lock for every loss of an owner: two owners who leave at once must see each other.
_ALONE = "PERFORM pg_advisory_xact_lock(hashtext('makegood: the owners'));"
_OPEN_OWNER = f"""
    FROM accounts_staffrole AS held JOIN accounts_user AS owner ON owner.id = held.user_id
    WHERE held.role = '{Role.OWNER}' AND owner.is_active
"""
_LAST = "RAISE EXCEPTION 'pgtrigger: Cannot lose the last owner' USING ERRCODE = 'check_violation';"


def last_owner_stays() -> pgtrigger.Trigger:
    """A role of owner is taken away only while another open account holds one."""
    return pgtrigger.Trigger(
        name="last_owner_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF OLD.role = '{Role.OWNER}' THEN
                IF TG_OP = 'DELETE' OR NEW.role <> OLD.role OR NEW.user_id <> OLD.user_id THEN
                    {_ALONE}
                    IF NOT EXISTS (SELECT {_OPEN_OWNER} AND held.id <> OLD.id) THEN
                        {_LAST}
                    END IF;
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # only our own names
    )


def last_owner_stays_open() -> pgtrigger.Trigger:
    """The account of an owner is closed only while that of another is open."""
    return pgtrigger.Trigger(
        name="last_owner_stays_open",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("is_active"),  # type: ignore[no-untyped-call]  # its own types end here
        condition=pgtrigger.Condition("OLD.is_active AND NOT NEW.is_active"),
        func=f"""
            {_ALONE}
            IF EXISTS (SELECT {_OPEN_OWNER} AND owner.id = NEW.id)
                AND NOT EXISTS (SELECT {_OPEN_OWNER} AND owner.id <> NEW.id)
            THEN
                {_LAST}
            END IF;
            RETURN NEW;
        """,  # only our own names
    )


def two_owners_agree() -> pgtrigger.Trigger:
    """Where a second owner is there to ask, a role that lets money leave, or a higher limit, has two names.

    The command line has no name (`changed_by` is null): whoever has the machine has the database.
    """
    roles = ", ".join(f"'{role}'" for role in sorted(FOR_TWO_OWNERS))
    return pgtrigger.Trigger(
        name="two_owners_agree",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.changed_by_id IS NOT NULL"),
        func=f"""
            IF NEW.role IN ({roles}) AND {_widens()}
                AND EXISTS (SELECT {_OPEN_OWNER} AND owner.id NOT IN (NEW.user_id, NEW.changed_by_id))
                AND NOT EXISTS (
                    SELECT FROM accounts_rolechange AS change
                    WHERE change.id = NEW.change_id AND change.agreed
                        AND change.person_id = NEW.user_id AND change.role = NEW.role
                        AND change.limit_minor IS NOT DISTINCT FROM NEW.limit_minor
                        AND change.day_limit_minor IS NOT DISTINCT FROM NEW.day_limit_minor
                        AND change.limit_currency = NEW.limit_currency
                )
            THEN
                RAISE EXCEPTION 'pgtrigger: Cannot give this role or limit without a second owner'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608  # only our own names
    )


def _widens() -> str:
    """The SQL of whether NEW lets agree to more than OLD did; `managing.widens` says it in Python."""
    return f"""(TG_OP = 'INSERT' OR NEW.role <> OLD.role OR NEW.user_id <> OLD.user_id
        OR {_is_higher("limit_minor")} OR {_is_higher("day_limit_minor")})"""


def _is_higher(column: str) -> str:
    # An amount in another currency is not to be compared, so it counts as more.
    return f"""(OLD.{column} IS NOT NULL AND (NEW.{column} IS NULL
        OR NEW.{column} > OLD.{column} OR NEW.limit_currency <> OLD.limit_currency))"""


def answered_once() -> list[pgtrigger.Trigger]:
    """What was asked never changes, is answered once, and stays."""
    asked = (
        "person_id",
        "role",
        "limit_minor",
        "day_limit_minor",
        "limit_currency",
        "asked_by_id",
        "asked_at",
    )
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in asked)
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="answered_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"OLD.agreed IS NOT NULL OR NOT ({same})"),
        ),
    ]
