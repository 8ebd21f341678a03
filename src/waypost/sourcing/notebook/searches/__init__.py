"""Ways of looking at one's offers that a person keeps."""
