"""The queue's promises, each tried against real PostgreSQL."""
