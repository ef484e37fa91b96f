"""Show reminders: the two steps of a new one, the archive of those issued, their templates."""
