"""The rule language: parsed, checked, compiled to closures of three values."""
