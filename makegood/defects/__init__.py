"""Bugs, from the report to the verdict."""
