"""A made-up shop in which duplicates were planted, and the marks for what is found of them."""
