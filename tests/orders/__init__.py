"""Tests of makegood.orders."""
