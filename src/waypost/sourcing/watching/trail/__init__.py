"""Who asked what and was refused: lists for operators, kept for a month."""
