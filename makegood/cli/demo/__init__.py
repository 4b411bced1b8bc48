"""The demo: everything on one machine, started and stopped by one command."""
