"""Every day, whether everything that was closed was kept: nothing missing goes unseen."""
