"""Which tickets open, and who gets them: allowlist, rules, the simulator."""
