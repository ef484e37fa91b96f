"""Commands that show and check what the desk shows."""
