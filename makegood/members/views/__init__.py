"""The pages of the members area, one module for each thought."""
