"""Filters that templates of every door load."""
