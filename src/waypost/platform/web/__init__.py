"""The web: doors, pages, problems and the look of the house."""
