"""Sample data: a vendor of mail software with members, orders and requests in every state, ending now."""

from makegood.cli.seeding.cast import PASSWORD, SIGN_INS, SignIn
from makegood.cli.seeding.seeding import seed

__all__ = ["PASSWORD", "SIGN_INS", "SignIn", "seed"]
