"""The refund form: one thing on a page, every step saved, the policy's answer beside it."""
