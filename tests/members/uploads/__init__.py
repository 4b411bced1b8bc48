"""Files that arrive in pieces: the protocol, its faults, and the corpus of hostile and interrupted ones."""
