"""fawen.toml found and read, handed on as values."""
