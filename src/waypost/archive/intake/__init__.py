"""The documented doors of the Zammad archiver: webhooks in, and what operators ask and order."""
