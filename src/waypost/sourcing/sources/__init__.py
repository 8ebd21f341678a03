"""Sources that an organisation may ask, and how hosts are treated."""
