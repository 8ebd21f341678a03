"""Tests of sealing: from a snapshot to pages."""
