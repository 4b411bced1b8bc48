"""Answers in words, for the customer and for the desk."""
