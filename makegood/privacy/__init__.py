"""What the law gives every person: a copy of what we hold about them, and to be forgotten."""
