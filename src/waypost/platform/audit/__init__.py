"""Who did what: one append-only log per organisation, hash-chained so that a later change shows."""
