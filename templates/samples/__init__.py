"""The shipped Word templates, and the scripts that make them: python -m templates.samples.make."""
