"""What members ask, how it is examined, and what is decided."""
