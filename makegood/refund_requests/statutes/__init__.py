"""Law is a floor: statutes above the policy, and where they are switched on."""
