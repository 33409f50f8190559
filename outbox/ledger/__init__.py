"""What is known, and cannot be unsaid."""
