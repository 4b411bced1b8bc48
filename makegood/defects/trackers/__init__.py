"""The vendor's issue tracker: links to it, and what it says by webhook."""
