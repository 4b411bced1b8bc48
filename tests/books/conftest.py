"""The world of the money tests, for the books."""

from __future__ import annotations

from tests.refunds.conftest import manners, manual, provider, sandbox, scene

__all__ = ["manners", "manual", "provider", "sandbox", "scene"]
