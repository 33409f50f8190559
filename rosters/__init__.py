"""WHO, and what reading from outside needs: the ground floor of the house."""
