"""What a person looks for: stated words, skills and wishes that offers are scored against."""
