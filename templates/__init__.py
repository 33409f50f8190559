"""WHAT IT LOOKS LIKE: Word templates, and what they may hold."""
