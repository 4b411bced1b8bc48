"""Stands in for Stripe over HTTP, so that its own SDK talks to it unmodified: no money, no internet."""
