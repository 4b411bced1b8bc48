"""What the speed of deciding is compared with: other engines, and Python written by hand."""
