"""The append-only record of what happened: timeline, audit trail and outbox in one row."""
