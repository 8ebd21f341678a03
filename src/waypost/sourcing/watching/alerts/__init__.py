"""Alerts: rules that hold for a while, their state, and the notice that leaves the house."""
