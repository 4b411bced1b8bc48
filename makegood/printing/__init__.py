"""Documents on paper: what stands on them, and making a PDF of it."""
