"""The door of the customer."""
