"""How long things are kept: holds, retention, release by two people, erasure."""
