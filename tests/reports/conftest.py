"""The same browser as for the other pages of the desk."""

from tests.desk.conftest import at_desk

__all__ = ["at_desk"]
