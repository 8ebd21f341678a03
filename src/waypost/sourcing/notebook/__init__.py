"""What each person makes of the offers: profiles, links with scores, status, notes, follow-ups, saved searches."""
