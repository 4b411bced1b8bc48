"""The words of pages and letters in other languages: found in the code, kept, checked, and filled in."""
