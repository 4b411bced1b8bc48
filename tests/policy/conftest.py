"""Hypothesis without a clock: a busy machine is not a failed property."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("policy", deadline=None)
settings.load_profile("policy")
