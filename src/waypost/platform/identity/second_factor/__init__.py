"""The second factor: a code that changes every 30 seconds (TOTP, RFC 6238), and recovery codes for a lost phone."""
