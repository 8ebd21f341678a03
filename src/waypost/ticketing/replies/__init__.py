"""Answering: the composer, drafts, canned replies, and the reply itself."""
