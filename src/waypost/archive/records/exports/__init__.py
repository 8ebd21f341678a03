"""What an auditor takes home: files, proofs and the means to check them, in one ZIP that is built in pieces."""
