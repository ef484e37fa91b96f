"""Users, their roles and the billing entities each of them may see."""
