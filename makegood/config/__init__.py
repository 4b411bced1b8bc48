"""Settings, addresses and start of one installation."""
