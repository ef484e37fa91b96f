"""The dashboard: what is owed and how old it is, how it evolved, and what the reminders brought."""
