"""Refunds by euro transfer: the account, batches, their file, and what the bank made of it."""
