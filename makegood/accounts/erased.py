"""What was on its way while its person had the account erased comes too late."""

from __future__ import annotations

from makegood.accounts.models import User


class AccountErased(Exception):
    """The account was erased meanwhile: nothing of its person is kept any more."""

    def __init__(self, user: User) -> None:
        super().__init__(f"Account {user.pk} was erased.")


def require_account(user: User) -> None:
    """Lock the account until the transaction ends, so that erasing waits. Raises AccountErased.

    Call before any other row is locked, as erasing does: else each could wait for the other.
    """
    # Not its key: rows that name the account are written meanwhile, and hold its key.
    current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if current.erased_at is not None:
        raise AccountErased(current)
