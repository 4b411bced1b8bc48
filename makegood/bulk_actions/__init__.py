"""Doing the same for many requests at once: shown first, undone while there is time, then one by one."""
