"""One account for one e-mail address, and what each role may do."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from makegood.accounts.models import StaffRole, User
from makegood.accounts.roles import RIGHTS, ROLE_NAMES, Right, Role
from tests.people import a_member, amara, aud, finn, marta, ola, olena, petro, roza, usd

pytestmark = pytest.mark.django_db


def test_an_address_belongs_to_one_person_whatever_its_case() -> None:
    olena()
    with pytest.raises(IntegrityError, match="user_email_whatever_its_case"), transaction.atomic():
        User.objects.create_user("OLENA@Example.com", name="Somebody else")


def test_a_person_is_found_whatever_the_case_of_the_address() -> None:
    person = olena()
    assert User.objects.get_by_natural_key("OLENA@example.COM") == person


def test_without_a_password_nobody_signs_in() -> None:
    assert not amara().has_usable_password()
    assert not amara().check_password("")


def test_everyone_is_a_member_and_staff_only_with_a_role() -> None:
    assert (olena().actor_kind, olena().is_staff, olena().roles) == ("member", False, frozenset())
    assert (petro().actor_kind, petro().is_staff, petro().role_names) == ("staff", True, "Representative")


def test_a_member_may_do_nothing_at_the_desk() -> None:
    assert not any(olena().may(right) for right in Right)


def test_somebody_whose_account_is_closed_may_do_nothing() -> None:
    owner = ola()
    owner.is_active = False
    assert not any(owner.may(right) for right in Right)


def test_several_roles_add_their_rights() -> None:
    petro().staff_roles.create(role=Role.ENGINEER)
    assert petro().may(Right.DECIDE)
    assert petro().may(Right.GIVE_VERDICT)
    assert petro().role_names == "Representative, Engineer"


def test_who_decides_does_not_move_money_and_who_moves_money_does_not_decide() -> None:
    for rights in RIGHTS.values():
        assert not {Right.DECIDE, Right.MOVE_MONEY} <= rights


def test_an_auditor_sees_and_changes_nothing() -> None:
    assert RIGHTS[Role.AUDITOR] == {
        Right.SEE_DESK,
        Right.SEE_MONEY,
        Right.SEE_EVENTS,
        Right.SEE_REPORTS,
        Right.SEE_SETTINGS,
    }


def test_each_role_has_rights_and_a_name_and_each_right_a_role() -> None:
    assert set(RIGHTS) == set(ROLE_NAMES) == set(Role)
    assert set().union(*RIGHTS.values()) == set(Right)


@pytest.mark.parametrize(
    ("right", "may"),
    [
        (Right.EXAMINE, {petro, roza, ola}),
        (Right.GIVE_VERDICT, {marta, ola}),
        (Right.APPROVE, {finn, ola}),
        (Right.MOVE_MONEY, {finn}),
        (Right.SEE_EVENTS, {aud, ola}),
    ],
)
def test_who_may_do_what(right: Right, may: set[object]) -> None:
    people = (olena, petro, roza, marta, finn, ola, aud)
    assert {person for person in people if person().may(right)} == may


def test_a_role_is_held_once() -> None:
    person = petro()
    with pytest.raises(IntegrityError, match="staff_role_held_once"), transaction.atomic():
        person.staff_roles.create(role=Role.REPRESENTATIVE)


@pytest.mark.parametrize(
    "limit",
    [
        {"limit_minor": 100},
        {"limit_minor": -1, "limit_currency": "USD"},
        {"limit_minor": 100, "limit_currency": "usd"},
        {"limit_currency": "USD"},
        {"day_limit_minor": 100},
        {"day_limit_minor": -1, "limit_currency": "USD"},
    ],
)
def test_a_limit_without_a_currency_or_below_zero_is_refused(limit: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=r"staff_role_(day_)?limit"), transaction.atomic():
        StaffRole.objects.create(user=a_member("new@northwind.example"), role=Role.REPRESENTATIVE, **limit)


def test_a_limit_is_money_and_its_absence_is_none() -> None:
    assert petro().staff_roles.get().limit == usd("200.00")
    assert ola().staff_roles.get().limit is None
    assert petro().staff_roles.get().day_limit is None
