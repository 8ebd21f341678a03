"""Connect an address and keep reading it: IMAP today, whole files by import, other providers through the same seam."""
