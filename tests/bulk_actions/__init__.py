"""Doing the same for many requests at once."""
