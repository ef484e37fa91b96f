"""Template tags of the account list."""
