"""Who belongs to the organisation, as what; and what the organisation asks of them."""
