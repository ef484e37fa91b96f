"""Sessions: where each was opened, how long it lasts, and how it is ended from elsewhere."""
