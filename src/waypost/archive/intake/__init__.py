"""The doors that Zammad and its operators knock at, as documented."""
