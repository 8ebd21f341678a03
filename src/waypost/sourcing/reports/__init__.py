"""Runs as people read them: lists, diagnostics, forensics, sources by quality."""
