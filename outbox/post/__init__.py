"""How a letter travels."""
