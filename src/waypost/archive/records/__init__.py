"""What was kept: records and their versions, their proof, their way back."""
