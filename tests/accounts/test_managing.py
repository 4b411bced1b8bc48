"""Who works at the desk is changed by owners, never by oneself; by two of them where money is at stake."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from makegood.accounts import inviting, managing
from makegood.accounts.granting import LastOwner, grant, revoke
from makegood.accounts.managing import (
    AloneTooNew,
    AnsweredMeanwhile,
    AskedByNoOwner,
    NeedsAnother,
    NotAnOwner,
    OwnAccount,
    WaitsAlready,
)
from makegood.accounts.models import RoleChange, StaffRole, User
from makegood.accounts.roles import Right, Role
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.money import Money
from makegood.refund_requests.states import State
from tests.at_once import at_once, refusals, successes
from tests.browsing import came_in
from tests.cases import now
from tests.desk.scenes import held_by_petro
from tests.people import NOON, a_member, finn, later, marta, ola, olena, petro, roza, staff, usd

pytestmark = pytest.mark.django_db
at_the_same_time = pytest.mark.django_db(transaction=True)


def odd() -> User:
    """A second owner."""
    return staff("odd@northwind.example", Role.OWNER, name="Odd Moen")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def give(
    person: User, role: Role, *, by: User, limit: Money | None = None, day_limit: Money | None = None
) -> StaffRole | RoleChange:
    return managing.give(person, role, limit=limit, day_limit=day_limit, by=by, at=NOON)


def asked(person: User, role: Role, *, by: User, limit: Money | None = None) -> RoleChange:
    change = give(person, role, by=by, limit=limit)
    assert isinstance(change, RoleChange)
    return change


def newest(action: Action) -> Event:
    return Event.objects.filter(action=action).latest("id")


# One owner


def test_the_only_owner_gives_a_role_alone() -> None:
    given = give(marta(), Role.FINANCE, by=ola(), limit=usd("500.00"))
    assert (given.limit, fresh(marta()).may(Right.MOVE_MONEY)) == (usd("500.00"), True)
    assert newest(Action.ROLE_GRANTED).actor_id == ola().pk


def test_a_new_limit_is_told_with_the_one_before() -> None:
    give(petro(), Role.REPRESENTATIVE, by=ola(), limit=usd("50.00"), day_limit=usd("90.00"))
    kept = newest(Action.LIMITS_CHANGED).details
    assert (kept["limit_before"], kept["limit"]) == ("200.00 USD", "50.00 USD")
    assert (kept["day_limit_before"], kept["day_limit"]) == (None, "90.00 USD")


@pytest.mark.parametrize("verb", [managing.close, managing.reopen])
def test_nobody_closes_or_opens_their_own_account(verb: object) -> None:
    odd()
    with pytest.raises(OwnAccount):
        verb(ola(), by=ola(), at=NOON)  # type: ignore[operator]  # one of two verbs


def test_nobody_changes_their_own_roles_or_limits() -> None:
    odd()
    with pytest.raises(OwnAccount):
        give(ola(), Role.FINANCE, by=ola())
    with pytest.raises(OwnAccount):
        managing.take(ola(), Role.OWNER, by=ola(), at=NOON)


def test_the_database_knows_nobody_who_changed_their_own_role() -> None:
    with pytest.raises(IntegrityError, match="staff_role_changed_by_somebody_else"), transaction.atomic():
        grant(finn(), Role.FINANCE, by=finn(), at=NOON)


def test_who_is_no_owner_changes_nobody() -> None:
    for call in (
        lambda: give(marta(), Role.FINANCE, by=petro()),
        lambda: managing.take(marta(), Role.ENGINEER, by=petro(), at=NOON),
        lambda: managing.close(marta(), by=petro(), at=NOON),
        lambda: inviting.invite(
            "new@northwind.example",
            name="New",
            role=Role.OWNER,
            limit=None,
            day_limit=None,
            by=petro(),
            at=NOON,
        ),
    ):
        with pytest.raises(NotAnOwner):
            call()


# The last owner


def test_the_last_owner_is_not_taken_away() -> None:
    with pytest.raises(LastOwner):
        revoke(ola(), Role.OWNER, by=System("a test"), at=NOON)
    assert fresh(ola()).may(Right.MANAGE_PEOPLE)


def test_the_database_keeps_the_last_owner() -> None:
    owner = ola()
    with pytest.raises(DatabaseError, match="last owner"), transaction.atomic():
        owner.staff_roles.all().delete()
    with pytest.raises(DatabaseError, match="last owner"), transaction.atomic():
        User.objects.filter(pk=owner.pk).update(is_active=False)
    managing.close(odd(), by=owner, at=NOON)
    with pytest.raises(DatabaseError, match="last owner"), transaction.atomic():
        owner.staff_roles.update(role=Role.FINANCE)


@at_the_same_time
def test_two_owners_who_remove_each_other_at_once_leave_one() -> None:
    first, second = ola(), odd()
    ends = at_once(
        lambda: managing.take(second, Role.OWNER, by=first, at=NOON),
        lambda: managing.take(first, Role.OWNER, by=second, at=NOON),
    )
    assert (len(successes(ends)), [type(end) for end in refusals(ends)]) == (1, [NotAnOwner])
    assert StaffRole.objects.filter(role=Role.OWNER).count() == 1


@at_the_same_time
def test_two_owners_who_close_each_other_at_once_leave_one() -> None:
    first, second = ola(), odd()
    ends = at_once(
        lambda: managing.close(second, by=first, at=NOON),
        lambda: managing.close(first, by=second, at=NOON),
    )
    assert (len(successes(ends)), [type(end) for end in refusals(ends)]) == (1, [NotAnOwner])
    assert User.objects.filter(staff_roles__role=Role.OWNER, is_active=True).count() == 1


@at_the_same_time
def test_the_database_alone_keeps_one_of_two_who_leave_at_once() -> None:
    first, second = ola(), odd()
    ends = at_once(
        lambda: StaffRole.objects.filter(user=first).delete()[0],
        lambda: User.objects.filter(pk=second.pk).update(is_active=False),
    )
    assert (len(successes(ends)), len(refusals(ends))) == (1, 1)


# Two owners


def test_a_role_that_lets_money_leave_waits_for_the_second_owner() -> None:
    odd()
    change = asked(marta(), Role.FINANCE, by=ola(), limit=usd("500.00"))
    assert not fresh(marta()).may(Right.MOVE_MONEY)
    with pytest.raises(NeedsAnother):
        managing.agree(change, by=ola(), at=NOON)
    given = managing.agree(change, by=odd(), at=NOON)
    assert (given.limit, given.change, fresh(marta()).may(Right.MOVE_MONEY)) == (usd("500.00"), change, True)
    assert (newest(Action.ROLE_GRANTED).actor_id, newest(Action.ROLE_GRANTED).details["asked_by"]) == (
        odd().pk,
        ola().pk,
    )


def test_more_is_asked_for_and_less_is_not() -> None:
    odd()
    assert isinstance(give(petro(), Role.REPRESENTATIVE, by=ola(), limit=usd("100.00")), StaffRole)
    assert isinstance(give(marta(), Role.AUDITOR, by=ola()), StaffRole)
    for more in (usd("100.01"), Money.of("1.00", "EUR"), None):
        change = asked(petro(), Role.REPRESENTATIVE, by=ola(), limit=more)
        assert fresh(petro()).staff_roles.get().limit == usd("100.00")
        managing.turn_down(change, by=odd(), at=NOON)


@pytest.mark.parametrize("how", ["taking the role", "closing the account"])
def test_who_removes_the_other_owner_gives_nothing_about_money_for_three_days(how: str) -> None:
    if how == "taking the role":
        managing.take(odd(), Role.OWNER, by=ola(), at=NOON)
    else:
        managing.close(odd(), by=ola(), at=NOON)
    with pytest.raises(AloneTooNew):
        give(marta(), Role.FINANCE, by=ola())
    assert isinstance(give(marta(), Role.AUDITOR, by=ola()), StaffRole)
    later_on = managing.give(
        marta(), Role.FINANCE, limit=None, day_limit=None, by=ola(), at=later(hours=72, minutes=1)
    )
    assert isinstance(later_on, StaffRole)


def test_one_thing_waits_once_and_is_answered_once() -> None:
    odd()
    change = asked(marta(), Role.FINANCE, by=ola())
    with pytest.raises(WaitsAlready):
        give(marta(), Role.FINANCE, by=odd())
    managing.turn_down(change, by=ola(), at=NOON)
    with pytest.raises(AnsweredMeanwhile):
        managing.agree(change, by=odd(), at=NOON)
    assert not fresh(marta()).may(Right.MOVE_MONEY)


def test_what_a_removed_owner_asked_for_is_asked_for_anew() -> None:
    remaining = ola()
    change = asked(marta(), Role.FINANCE, by=odd())
    managing.take(odd(), Role.OWNER, by=remaining, at=NOON)
    with pytest.raises(AskedByNoOwner):
        managing.agree(change, by=remaining, at=NOON)
    assert not fresh(marta()).may(Right.MOVE_MONEY)


def test_the_database_asks_for_the_second_owner() -> None:
    odd()
    with pytest.raises(DatabaseError, match="without a second owner"), transaction.atomic():
        grant(marta(), Role.FINANCE, by=ola(), at=NOON)
    change = asked(marta(), Role.FINANCE, by=ola(), limit=usd("5.00"))
    managing.agree(change, by=odd(), at=NOON)
    # What was agreed to is this amount and no other.
    with pytest.raises(DatabaseError, match="without a second owner"), transaction.atomic():
        StaffRole.objects.filter(user=marta(), role=Role.FINANCE).update(limit_minor=501)


def test_the_database_keeps_what_was_answered() -> None:
    odd()
    change = asked(marta(), Role.FINANCE, by=ola())
    with pytest.raises(IntegrityError, match="agreed_by_a_second_owner"), transaction.atomic():
        RoleChange.objects.update(agreed=True, answered_by=ola(), answered_at=NOON)
    managing.turn_down(change, by=odd(), at=NOON)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        RoleChange.objects.update(agreed=True)


@at_the_same_time
def test_agreed_and_turned_down_at_once_is_one_of_them() -> None:
    odd()
    change = asked(marta(), Role.FINANCE, by=ola())
    third = staff("una@northwind.example", Role.OWNER, name="Una Vik")
    ends = at_once(
        lambda: isinstance(managing.agree(change, by=odd(), at=NOON), StaffRole),
        lambda: isinstance(managing.turn_down(change, by=third, at=NOON), StaffRole),
    )
    assert [type(end) for end in refusals(ends)] == [AnsweredMeanwhile]
    assert successes(ends) == [fresh(marta()).may(Right.MOVE_MONEY)]


# Closing and opening again


def test_a_closed_account_is_signed_out_and_its_work_goes_back() -> None:
    held, client = held_by_petro(), Client()
    client.force_login(petro())
    came_in(client, petro())
    managing.close(petro(), by=ola(), at=NOON)
    assert not UserSession.objects.filter(user=petro()).exists()
    assert client.get("/desk/").status_code == 302
    assert (now(held).state, now(held).holder) == (State.WAITING, None)
    assert (petro().closed_by, petro().may(Right.EXAMINE)) == (ola(), False)


def test_opened_again_they_have_their_roles() -> None:
    managing.close(petro(), by=ola(), at=NOON)
    managing.reopen(petro(), by=ola(), at=NOON)
    assert (petro().is_active, petro().closed_by, petro().may(Right.EXAMINE)) == (True, None, True)


def test_the_account_of_a_member_is_not_ours_to_close() -> None:
    with pytest.raises(managing.NotOfTheDesk):
        managing.close(olena(), by=ola(), at=NOON)


def test_who_loses_the_role_of_an_examiner_hands_over_what_they_have() -> None:
    held = held_by_petro()
    managing.take(petro(), Role.REPRESENTATIVE, by=ola(), at=NOON)
    assert now(held).state == State.WAITING
    other = roza()
    StaffRole.objects.create(user=other, role=Role.LEAD)
    managing.take(other, Role.REPRESENTATIVE, by=ola(), at=NOON)
    assert not hasattr(fresh(other), "worker"), "a lead goes on examining"


def test_what_waits_is_turned_down_when_the_account_is_closed() -> None:
    odd()
    change = asked(petro(), Role.FINANCE, by=ola())
    managing.close(petro(), by=odd(), at=NOON)
    assert RoleChange.objects.get(pk=change.pk).agreed is False
    with pytest.raises(managing.AccountClosed):
        give(petro(), Role.ENGINEER, by=ola())


# Inviting


def invited(email: str = "new@northwind.example", role: Role = Role.ENGINEER) -> User:
    person, _given = inviting.invite(
        email, name=f"New {uuid4().hex[:4]}", role=role, limit=None, day_limit=None, by=ola(), at=NOON
    )
    return person


def test_somebody_new_has_the_role_and_an_address_that_is_not_proved_yet() -> None:
    person = invited()
    assert (person.may(Right.GIVE_VERDICT), person.has_usable_password()) == (True, False)
    assert not EmailAddress.objects.get(user=person).verified


def test_an_address_that_is_known_is_said() -> None:
    a_member("Olena@example.com", name="Olena Kovalenko")
    with pytest.raises(inviting.HasAnAccount, match="has an account with this address already") as refused:
        invited("oLENA@example.com")
    assert refused.value.person == olena()


@at_the_same_time
def test_invited_by_two_at_once_there_is_one() -> None:
    ola()
    ends = at_once(invited, invited)
    assert (len(successes(ends)), [type(end) for end in refusals(ends)]) == (1, [inviting.HasAnAccount])


def test_who_has_a_password_is_not_invited_again() -> None:
    person = invited()
    inviting.invite_again(person, by=ola(), at=NOON)
    assert Event.objects.filter(action=Action.INVITED, subject_id=person.pk).count() == 2
    person.set_password("a heron waits in the reeds")
    person.save()
    with pytest.raises(inviting.HasComeIn):
        inviting.invite_again(person, by=ola(), at=NOON)
