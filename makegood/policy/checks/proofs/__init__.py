"""Proofs over every case of a policy, by the solver z3: importing this package needs the extra `proofs`."""
