"""What people do with offers: profiles, scores, status, notes, searches."""
