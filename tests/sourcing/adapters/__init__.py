"""How pages become offers: each format, each awkward side."""
