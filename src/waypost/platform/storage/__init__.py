"""Blobs: mails, attachments and other content, in a folder or on S3, and the signed links that lead to them."""
