"""A policy over many rows at once: one query for each engine, exactly what the policy's closures say."""
