"""What keeps secrets secret and repeats harmless: the vault, signed links, the root secret, idempotency keys."""
