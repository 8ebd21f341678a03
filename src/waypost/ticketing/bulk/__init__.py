"""One act on many tickets: a frozen selection, its progress, its receipt."""
