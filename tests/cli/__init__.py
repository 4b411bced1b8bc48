"""Tests of makegood.cli."""
