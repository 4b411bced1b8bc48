"""A payment provider of our own: a real HTTP server to try refunds on, and the adapter that talks to it."""
