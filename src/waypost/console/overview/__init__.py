"""The first page of operations: how far mail is behind, what waits, what died, and which way it goes."""
