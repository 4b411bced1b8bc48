"""The forms of the desk; the domain checks everything again."""
