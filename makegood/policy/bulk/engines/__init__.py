"""The engines a policy can be put to: each reckons every row exactly as the policy's own closures do."""
