"""Credit notes: what they say, how they are numbered, and how they look on paper."""
