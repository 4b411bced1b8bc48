"""Finding requests again: the words of each, kept by PostgreSQL, and the views that people saved."""
