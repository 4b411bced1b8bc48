"""Deciding a case: who beats whom, what is still open, and the answer with its trace."""
