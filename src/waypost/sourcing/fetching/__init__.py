"""Fetching with manners: robots.txt, shared budgets of hosts, redirects judged, nothing circumvented."""
