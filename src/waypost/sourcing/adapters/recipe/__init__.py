"""How a site is read, written down as data: selectors, paths into embedded JSON, dictionaries of filters."""
