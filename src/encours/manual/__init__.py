"""The user's manual, written in docs/user and read inside the application."""
