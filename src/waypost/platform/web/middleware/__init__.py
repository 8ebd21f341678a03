"""What every request passes through, outermost first: small ASGI parts, each with one duty (order in `stack`)."""
