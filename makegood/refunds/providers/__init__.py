"""Payment providers: one port, one adapter each, no Django."""
