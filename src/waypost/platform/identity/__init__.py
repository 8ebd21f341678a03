"""Who someone is: organisations, people, memberships, sessions. The catalogue beside the tenants' tables."""
