"""Objectives of service: what was promised, what was measured, what is left of the allowance."""
