"""Replies of the desk that are prepared once: written, changed, and filled in."""
