"""Sign-in with the company's own identity provider (OpenID Connect Core 1.0, Discovery 1.0, RFC 7636, RFC 9207)."""
