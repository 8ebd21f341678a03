"""The log of evidence: an append-only tree of hashes for each organisation, with signed checkpoints."""
