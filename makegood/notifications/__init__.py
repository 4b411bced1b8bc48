"""Letters: what leaves by mail."""
