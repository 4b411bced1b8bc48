"""Makegood: the refund desk for vendors of software and online services."""

__version__ = "0.1.0"
