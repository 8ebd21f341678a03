"""A reply while it is being written: kept on the server, one for each person and ticket."""
