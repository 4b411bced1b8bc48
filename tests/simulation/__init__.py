"""A seeded simulator of money: the real code, a database in memory, a bank that misleads, no real time."""
