"""Who is next, who has it, and what was promised."""
