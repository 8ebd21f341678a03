"""The form of a new run: a source's own filters, a look before, the start."""
