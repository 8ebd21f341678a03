"""One Polish board as one recipe: its selectors and dictionaries are the JSON files beside this one."""
