"""Streams: pages that are open hear that something changed, and then ask what."""
