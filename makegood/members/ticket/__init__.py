"""A refund request as its member reads it."""
