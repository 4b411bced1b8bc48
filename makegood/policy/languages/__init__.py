"""The words of each language a policy can be written and explained in; rules are the same in all of them."""
