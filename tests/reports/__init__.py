"""What the desk did, in numbers."""
