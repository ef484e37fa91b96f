"""What the credit controller looks at: the account list and what hangs on it."""
