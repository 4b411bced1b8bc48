"""Finding requests again."""
