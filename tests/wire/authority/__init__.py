"""Authorities of other authors: a CA with OCSP, revocation lists and timestamps (certomancer), and `openssl ts`."""
