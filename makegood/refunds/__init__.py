"""Money going back: refunds, their attempts at a provider, and the books."""
