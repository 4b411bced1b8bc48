"""The next version of the policy: written, proposed by one person, published by another."""
