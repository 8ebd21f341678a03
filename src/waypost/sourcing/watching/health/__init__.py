"""Is the process alive, can it do its work: the documented doors, and the scraper as people see it."""
