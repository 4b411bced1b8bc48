"""Streams, really served."""
