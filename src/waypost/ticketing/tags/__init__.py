"""Words that tickets are sorted by, across queues and people."""
