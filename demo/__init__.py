"""Sample mail of a small heating and plumbing company, for whoever tries Waypost for the first time."""
